"""Trains in PyTorch on the batches that parity.ts wrote: see there. usage: parity.py OUT"""
import json, sys, time
import torch
from transformers import BertForQuestionAnswering

out = sys.argv[1]
model = BertForQuestionAnswering.from_pretrained(f"{out}/start")
model.train()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=0.0, eps=1e-8)
began = time.time()
with open(f"{out}/batches.jsonl") as batches, open(f"{out}/losses-torch.jsonl", "w") as losses:
    for line in batches:
        batch = json.loads(line)
        optimizer.zero_grad()
        loss = 0.0
        for part in batch["parts"]:
            tokens = lambda name: torch.tensor(part[name]).reshape(part["size"], part["length"])
            share = part["share"] * model(
                input_ids=tokens("ids"), attention_mask=tokens("mask"), token_type_ids=tokens("segments"),
                start_positions=torch.tensor(part["starts"]), end_positions=torch.tensor(part["ends"]),
            ).loss
            share.backward()
            loss += share.item()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = batch["learning_rate"]
        optimizer.step()
        losses.write(json.dumps({"loss": loss, "grad_norm": norm.item()}) + "\n")
print(f"PyTorch {torch.__version__}: {time.time() - began:.0f} s")
model.save_pretrained(f"{out}/torch")
with open(f"{out}/start/vocab.txt", encoding="utf-8") as vocab, open(f"{out}/torch/vocab.txt", "w", encoding="utf-8") as copy:
    copy.write(vocab.read())
