"""A question-answering pipeline of transformers behind FastAPI, as its documentation shows one.

usage: python bench/serve_torch.py MODEL PORT THREADS
needs torch, transformers (4: version 5 has no such pipeline any more), fastapi and uvicorn
"""
import sys

import torch
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from transformers import pipeline

model, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
answer = pipeline("question-answering", model=model, tokenizer=model, framework="pt", device="cpu")
app = FastAPI()


class Asked(BaseModel):
    question: str
    context: str


@app.post("/predict")
def predict(asked: Asked):
    with torch.inference_mode():
        return answer(question=asked.question, context=asked.context)


@app.get("/health")
def health():
    return {"status": "ok"}


uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
