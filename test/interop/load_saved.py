"""Loads a folder that `save` wrote with transformers, and compares its logits and token ids with ours.

usage: npm run build && python test/interop/load_saved.py FOLDER
needs torch, transformers and safetensors
"""
import json
import pathlib
import subprocess
import sys

import torch
import transformers
from transformers import AutoTokenizer, BertForQuestionAnswering

folder = sys.argv[1]
here = pathlib.Path(__file__).parent
ours = json.loads(subprocess.run(["node", here / "logits.mjs", folder], check=True, capture_output=True).stdout)

model, info = BertForQuestionAnswering.from_pretrained(folder, output_loading_info=True)
unexpected = {key: sorted(value) for key, value in info.items() if value}
assert not unexpected, f"from_pretrained reports {unexpected}"
assert {weight.dtype for weight in model.parameters()} == {torch.float32}
model.eval()

worst = 0.0
for row in ours["rows"]:
    with torch.no_grad():
        theirs = model(input_ids=torch.tensor([row["input_ids"]]), token_type_ids=torch.tensor([row["segment_ids"]]))
    for name, logits in ("start", theirs.start_logits), ("end", theirs.end_logits):
        worst = max(worst, (logits[0] - torch.tensor(row[name])).abs().max().item())

tokenizer = AutoTokenizer.from_pretrained(folder)
for each in ours["texts"]:
    ids = tokenizer(each["text"], add_special_tokens=False)["input_ids"]
    assert ids == each["ids"], f"{each['text']!r}: {ids} by AutoTokenizer, {each['ids']} by us"
limit = (tokenizer.model_max_length, model.config.max_position_embeddings)
assert limit[0] == limit[1], f"model_max_length {limit[0]}, positions {limit[1]}"

print(f"transformers {transformers.__version__}, {type(model).__name__}, {type(tokenizer).__name__}")
print(f"{len(ours['rows'])} rows: largest difference of a logit {worst:.2e}; {len(ours['texts'])} texts: same token ids")
assert worst < 1e-4
