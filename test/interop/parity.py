"""Trains in PyTorch on the batches that parity.ts wrote: see there. usage: parity.py OUT"""
import json, sys, time
import torch
from torch.nn.functional import cross_entropy
from transformers import BertForQuestionAnswering

out = sys.argv[1]
model = BertForQuestionAnswering.from_pretrained(f"{out}/start")
model.train()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=0.0, eps=1e-8)
began = time.time()
with open(f"{out}/batches.jsonl") as batches, open(f"{out}/losses-torch.jsonl", "w") as losses:
    for line in batches:
        batch = json.loads(line)
        column = lambda name: [row[name] for row in batch["rows"]]
        length = batch["pad_to"] or max(len(row["ids"]) for row in batch["rows"])
        padded = lambda rows: torch.tensor([row + [0] * (length - len(row)) for row in rows])
        mask = padded([[1] * len(row["ids"]) for row in batch["rows"]])
        optimizer.zero_grad()
        found = model(
            input_ids=padded(column("ids")), attention_mask=mask, token_type_ids=padded(column("segments")),
            start_positions=torch.tensor(column("start")), end_positions=torch.tensor(column("end")),
        )
        if batch["pad_to"]:
            loss = found.loss
        else:
            # Over the real tokens, as it is here unless rows are padded to the longest length.
            real = lambda logits: logits.masked_fill(mask == 0, torch.finfo(logits.dtype).min)
            starts = cross_entropy(real(found.start_logits), torch.tensor(column("start")))
            ends = cross_entropy(real(found.end_logits), torch.tensor(column("end")))
            loss = (starts + ends) / 2
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = batch["learning_rate"]
        optimizer.step()
        losses.write(json.dumps({"loss": loss.item(), "grad_norm": norm.item()}) + "\n")
print(f"PyTorch {torch.__version__}: {time.time() - began:.0f} s")
model.save_pretrained(f"{out}/torch")
