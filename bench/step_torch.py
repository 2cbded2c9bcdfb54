"""Makes one training step for each line on standard input, with PyTorch and transformers, and answers with one line of JSON.

Run by step.mjs. arguments: SETTING.json THREADS
"""
import json
import resource
import sys
import time

import torch
from transformers import BertConfig, BertForQuestionAnswering

setting = json.load(open(sys.argv[1]))
batch, length = setting["batch"], setting["length"]
torch.set_num_threads(int(sys.argv[2]))
torch.manual_seed(42)
model = BertForQuestionAnswering(BertConfig(**setting["config"])).train()
decayed = [p for n, p in model.named_parameters() if not n.endswith((".bias", "LayerNorm.weight"))]
others = [p for n, p in model.named_parameters() if n.endswith((".bias", "LayerNorm.weight"))]
optimizer = torch.optim.AdamW(
    [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=setting["learning_rate"]
)

lengths = torch.tensor([length - (row * 37) % (length // 4) for row in range(batch)])
positions = torch.arange(length)[None]
mask = (positions < lengths[:, None]).long()
inputs = {
    "input_ids": torch.randint(1000, setting["config"]["vocab_size"], (batch, length)) * mask,
    "attention_mask": mask,
    "token_type_ids": (positions > 20).long() * mask,
    "start_positions": 30 + torch.arange(batch),
    "end_positions": 33 + torch.arange(batch),
}

for _ in sys.stdin:
    started = time.perf_counter()
    loss = model(**inputs).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    value = loss.item()
    ms = 1000 * (time.perf_counter() - started)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"ms": ms, "loss": value, "peak_mb": peak_mb}), flush=True)
