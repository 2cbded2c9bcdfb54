"""Writes the feature list of the notebook (one object a window, its arrays padded lists) and reads it back for each line on
standard input, and answers with one line of JSON. Run by features.mjs.

usage: features_python.py pickle|torch WINDOWS.jsonl FILE
"""
import json
import os
import pickle
import resource
import sys
import time


class InputFeatures:
    """A window, with the fields of run_squad.py's."""

    def __init__(self, record):
        self.__dict__.update(record)
        # As the script keeps them: a word for each token of the document, and whether this window is the best for it.
        self.token_to_orig_map = {token: word for token, word in record["token_to_orig_map"]}
        best = set(record["token_is_max_context"])
        self.token_is_max_context = {token: token in best for token in self.token_to_orig_map}


def main():
    how, windows, file = sys.argv[1:]
    with open(windows, encoding="utf-8") as lines:
        features = [InputFeatures(json.loads(line)) for line in lines]
    write, read = WAYS[how]()
    for _ in sys.stdin:
        began = time.perf_counter()
        write(features, file)
        written = time.perf_counter()
        back = read(file)
        done = time.perf_counter()
        assert len(back) == len(features)
        del back
        answer = {
            "write_ms": 1000 * (written - began),
            "read_ms": 1000 * (done - written),
            "bytes": os.path.getsize(file),
            "windows": len(features),
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        print(json.dumps(answer), flush=True)


def with_pickle():
    def write(features, file):
        with open(file, "wb") as stream:
            pickle.dump(features, stream, protocol=pickle.HIGHEST_PROTOCOL)

    def read(file):
        with open(file, "rb") as stream:
            return pickle.load(stream)

    return write, read


def with_torch():
    import torch

    return torch.save, lambda file: torch.load(file, weights_only=False)


WAYS = {"pickle": with_pickle, "torch": with_torch}

main()
