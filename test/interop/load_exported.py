"""Loads a folder that `export` wrote with onnxruntime and tokenizers, and compares logits and token ids with ours.

usage: npm run build && python test/interop/load_exported.py EXPORTED SAVED
SAVED is what `save` wrote of the same model. needs onnxruntime, tokenizers and numpy
"""
import json
import pathlib
import subprocess
import sys

import numpy
import onnxruntime
from tokenizers import Tokenizer

exported, saved = map(pathlib.Path, sys.argv[1:3])
here = pathlib.Path(__file__).parent
ours = json.loads(subprocess.run(["node", here / "logits.mjs", saved], check=True, capture_output=True).stdout)

session = onnxruntime.InferenceSession(exported / "onnx" / "model.onnx", providers=["CPUExecutionProvider"])
names = [each.name for each in session.get_inputs()]


def compute(rows):
    length = max(len(row["input_ids"]) for row in rows)
    padded = lambda column: numpy.array([[*column(row), *[0] * (length - len(row["input_ids"]))] for row in rows], dtype=numpy.int64)
    feeds = {
        "input_ids": padded(lambda row: row["input_ids"]),
        "attention_mask": padded(lambda row: [1] * len(row["input_ids"])),
        "token_type_ids": padded(lambda row: row["segment_ids"]),
    }
    return session.run(["start_logits", "end_logits"], {name: feeds[name] for name in names})


worst = 0.0
# All rows in one padded batch, and each alone.
for batch in [ours["rows"], *([row] for row in ours["rows"])]:
    for name, logits in zip(("start", "end"), compute(batch)):
        for row, found in zip(batch, logits):
            worst = max(worst, float(numpy.abs(found[: len(row[name])] - numpy.array(row[name], dtype=numpy.float32)).max()))

tokenizer = Tokenizer.from_file(str(exported / "tokenizer.json"))
for each in ours["texts"]:
    ids = tokenizer.encode(each["text"], add_special_tokens=False).ids
    assert ids == each["ids"], f"{each['text']!r}: {ids} by tokenizers, {each['ids']} by us"

print(f"onnxruntime {onnxruntime.__version__}: {', '.join(names)}")
print(f"{len(ours['rows'])} rows: largest difference of a logit {worst:.2e}; {len(ours['texts'])} texts: same token ids")
assert worst < 1e-4
