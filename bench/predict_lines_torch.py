"""Answers the questions of a JSON Lines file with transformers' question-answering pipeline, a line each.

usage: python bench/predict_lines_torch.py MODEL QUESTIONS.jsonl BATCH THREADS
needs torch and transformers (4: version 5 has no such pipeline any more)
"""
import json
import sys

import torch
from transformers import pipeline

model, file, batch, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(threads)
answer = pipeline("question-answering", model=model, tokenizer=model, framework="pt", device="cpu")
with open(file, encoding="utf8") as lines:
    asked = [json.loads(line) for line in lines]
with torch.inference_mode():
    answers = answer([{"question": each["question"], "context": each["context"]} for each in asked], batch_size=batch)
for each, found in zip(asked, answers):
    print(json.dumps({"id": each["id"], "answer": found["answer"], "probability": found["score"]}))
