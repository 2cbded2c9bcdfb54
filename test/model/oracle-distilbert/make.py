"""Makes the files beside it: a small DistilBERT with random weights, rows of tokens, and what PyTorch and transformers make
of them: the logits, and the losses of a few AdamW steps with dropout off.

usage: make.py        (needs torch, transformers and safetensors)
"""
import json
import os

import torch
from transformers import DistilBertConfig, DistilBertForQuestionAnswering

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(7)
config = DistilBertConfig(
    vocab_size=40, dim=16, n_layers=2, n_heads=2, hidden_dim=32, max_position_embeddings=32,
    dropout=0.0, attention_dropout=0.0, qa_dropout=0.0, initializer_range=0.2,
)
model = DistilBertForQuestionAnswering(config)
with torch.no_grad():
    # Biases and LayerNorm start as constants: a mistake in them would not be seen.
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            parameter.add_(0.1 * torch.randn_like(parameter))
model.save_pretrained(here)

lengths = [12, 9, 5, 7]
longest = max(lengths)
ids = torch.randint(1, 40, (4, longest))
mask = (torch.arange(longest)[None] < torch.tensor(lengths)[:, None]).long()
ids = ids * mask
starts, ends = torch.tensor([3, 2, 1, 0]), torch.tensor([5, 2, 3, 0])
model.eval()
found = model(input_ids=ids, attention_mask=mask)

optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
losses = []
for _ in range(5):
    optimizer.zero_grad()
    # Over all positions, those of padding too, as transformers has it.
    loss = model(input_ids=ids, attention_mask=mask, start_positions=starts, end_positions=ends).loss
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    losses.append({"loss": loss.item(), "grad_norm": norm.item()})

json.dump(
    {
        "rows": {
            "input_ids": ids.tolist(),
            "input_mask": mask.tolist(),
            "segment_ids": [[0] * longest] * 4,
            "start_positions": starts.tolist(),
            "end_positions": ends.tolist(),
        },
        "start": found.start_logits.tolist(),
        "end": found.end_logits.tolist(),
        "steps": losses,
    },
    open(os.path.join(here, "expected.json"), "w"),
)
