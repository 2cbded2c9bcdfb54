"""Prints the curves in a folder of event files as TensorBoard reads them: JSON, [step, value] pairs by tag."""
import json
import sys

from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

# As TensorBoard itself reads a run: points that a run which went on made anew are taken out. 0: keep every point.
events = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0}, purge_orphaned_data=True)
events.Reload()
json.dump({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}, sys.stdout)
