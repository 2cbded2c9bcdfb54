"""Trains in PyTorch on the batches that parity.ts wrote: see there. usage: parity.py OUT"""
import json, sys, time
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from transformers import BertForQuestionAnswering

out = sys.argv[1]
model = BertForQuestionAnswering.from_pretrained(f"{out}/start")
model.train()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.0, weight_decay=0.0, eps=1e-8)
began = time.time()
with open(f"{out}/batches.jsonl") as batches, open(f"{out}/losses-torch.jsonl", "w") as losses:
    for line in batches:
        batch = json.loads(line)
        column = lambda name: torch.tensor([row[name] for row in batch["rows"]])
        padded = lambda name: pad_sequence([torch.tensor(row[name]) for row in batch["rows"]], batch_first=True)
        mask = pad_sequence([torch.ones(len(row["ids"]), dtype=torch.long) for row in batch["rows"]], batch_first=True)
        optimizer.zero_grad()
        found = model(input_ids=padded("ids"), attention_mask=mask, token_type_ids=padded("segments"))
        real = lambda logits: logits.masked_fill(mask == 0, torch.finfo(logits.dtype).min)
        starts = cross_entropy(real(found.start_logits), column("start"))
        ends = cross_entropy(real(found.end_logits), column("end"))
        loss = (starts + ends) / 2
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = batch["learning_rate"]
        optimizer.step()
        losses.write(json.dumps({"loss": loss.item(), "grad_norm": norm.item()}) + "\n")
print(f"PyTorch {torch.__version__}: {time.time() - began:.0f} s")
model.save_pretrained(f"{out}/torch")
with open(f"{out}/start/vocab.txt", encoding="utf-8") as vocab, open(f"{out}/torch/vocab.txt", "w", encoding="utf-8") as copy:
    copy.write(vocab.read())
