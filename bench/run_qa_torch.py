"""What run_qa.py of transformers' examples does with SQuAD v1.1, by its own settings, in plain PyTorch.

Same windows, labels, optimizer, schedule, clipping, dropout and choice of answers; without its Trainer and datasets, which
only add time, and without padding before a batch is made: a harder peer than the script itself.

usage: run_qa_torch.py steps   --model DIR --train FILE [--windows N]: makes as many optimizer steps as each line says
       run_qa_torch.py predict --model DIR --dev FILE [--windows N]: computes all windows' logits for each line, by length
       run_qa_torch.py fit     --model DIR --train FILE --dev FILE --steps N: trains, predicts, scores
`steps` and `predict` answer each line with one of JSON, `fit` prints one. Rows are padded to the longest length, as
run_qa.py does it unless told otherwise; --dynamic: to their batch's longest, and batches are of like length (Trainer's
group_by_length). `predict` always does the latter.
"""
import time

began = time.time()
import argparse
import collections
import gzip
import json
import re
import resource
import string
import sys

import numpy as np
import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, get_linear_schedule_with_warmup, set_seed
from transformers.trainer_pt_utils import get_length_grouped_indices

# run_qa.py's defaults.
MAX_LENGTH, STRIDE, N_BEST, MAX_ANSWER_LENGTH = 384, 128, 20, 30
# Steps of a training without an end.
MANY = 1_000_000


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    set_seed(args.seed)
    {"steps": answer_with_steps, "predict": answer_with_predictions, "fit": fit}[args.mode](args)


def answer_with_steps(args):
    windows = training_windows(load_tokenizer(args), questions_of(args.train))[: args.windows]
    steps = training_steps(load_model(args), windows, args, MANY)
    for line in sys.stdin:
        started = time.perf_counter()
        rows, tokens = np.sum([next(steps) for _ in range(int(line))], axis=0).tolist()
        answer(started, windows=rows, tokens=tokens)


def answer_with_predictions(args):
    windows = evaluation_windows(load_tokenizer(args), questions_of(args.dev))[: args.windows]
    model = load_model(args)
    for _ in sys.stdin:
        started = time.perf_counter()
        predict(model, windows, args, by_length=True)
        answer(started, windows=len(windows), tokens=sum(len(each["ids"]) for each in windows))


def answer(started, **figures):
    ms = 1000 * (time.perf_counter() - started)
    print(json.dumps({"ms": ms, **figures, "peak_mb": peak_mb()}), flush=True)


def fit(args):
    seconds, mark = {}, began

    def done(part):
        nonlocal mark
        now = time.time()
        seconds[part] = now - mark
        mark = now

    done("import")
    tokenizer = load_tokenizer(args)
    windows = training_windows(tokenizer, questions_of(args.train))
    questions = questions_of(args.dev)
    dev_windows = evaluation_windows(tokenizer, questions)
    done("preprocess")
    model = load_model(args)
    done("load")
    for _ in training_steps(model, windows, args, args.steps):
        pass
    done("train")
    logits = predict(model, dev_windows, args, by_length=args.dynamic)
    done("predict")
    answers = answers_of(questions, dev_windows, logits)
    exact_match, f1 = score(questions, answers)
    done("score")
    figures = {"seconds": seconds, "total": since_start(), "exact_match": exact_match, "f1": f1, "peak_mb": peak_mb()}
    print(json.dumps({"questions": len(questions), "windows": len(windows), **figures}), flush=True)


# Data: questions, and windows of them as prepare_train_features and prepare_validation_features make them.


def questions_of(file):
    with (gzip.open if file.endswith(".gz") else open)(file, "rt", encoding="utf-8") as text:
        data = json.load(text)["data"]
    return [{**qa, "context": p["context"]} for article in data for p in article["paragraphs"] for qa in p["qas"]]


def training_windows(tokenizer, questions):
    windows = []
    for owner, encoded, at in tokenized(tokenizer, questions):
        start, end = labels(encoded, at, questions[owner]["answers"], tokenizer.cls_token_id)
        windows.append({**inputs_of(encoded, at), "start": start, "end": end})
    return windows


def evaluation_windows(tokenizer, questions):
    """Windows with their question's number, and the place in the context of each token that is of it."""
    windows = []
    for owner, encoded, at in tokenized(tokenizer, questions):
        of_context = [s == 1 for s in encoded.sequence_ids(at)]
        offsets = [pair if ours else None for pair, ours in zip(encoded["offset_mapping"][at], of_context)]
        windows.append({**inputs_of(encoded, at), "owner": owner, "offsets": offsets})
    return windows


def tokenized(tokenizer, questions, size=1000):
    """Each window as (question's number, encoded batch, its place in that)."""
    for first in range(0, len(questions), size):
        batch = questions[first : first + size]
        encoded = tokenizer(
            [each["question"].lstrip() for each in batch],
            [each["context"] for each in batch],
            truncation="only_second",
            max_length=MAX_LENGTH,
            stride=STRIDE,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_token_type_ids=True,
        )
        for at, owner in enumerate(encoded["overflow_to_sample_mapping"]):
            yield first + owner, encoded, at


def inputs_of(encoded, at):
    return {name: np.array(encoded[key][at], np.int32) for name, key in [("ids", "input_ids"), ("types", "token_type_ids")]}


def labels(encoded, at, answers, cls_id):
    """The first and last token of the answer, or twice [CLS] where it is not wholly in this window."""
    ids, offsets, sequence = encoded["input_ids"][at], encoded["offset_mapping"][at], encoded.sequence_ids(at)
    cls = ids.index(cls_id)
    if not answers:
        return cls, cls
    start_char = answers[0]["answer_start"]
    end_char = start_char + len(answers[0]["text"])
    start = sequence.index(1)
    end = len(ids) - 1 - sequence[::-1].index(1)
    if not (offsets[start][0] <= start_char and offsets[end][1] >= end_char):
        return cls, cls
    while start < len(offsets) and offsets[start][0] <= start_char:
        start += 1
    while offsets[end][1] >= end_char:
        end -= 1
    return start - 1, end + 1


def batch_of(windows, rows, length):
    """The rows' windows as tensors, padded to a length."""
    ids, types, mask = np.zeros((3, len(rows), length), np.int64)
    for at, row in enumerate(rows):
        window = windows[row]
        count = len(window["ids"])
        ids[at, :count], types[at, :count], mask[at, :count] = window["ids"], window["types"], 1
    tensors = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
    return {name: torch.from_numpy(each) for name, each in tensors.items()}


def longest(windows, rows):
    return max(len(windows[row]["ids"]) for row in rows)


# Computing.


def load_tokenizer(args):
    return AutoTokenizer.from_pretrained(args.model)


def load_model(args):
    return AutoModelForQuestionAnswering.from_pretrained(args.model)


def training_steps(model, windows, args, steps):
    """Makes an optimizer step for each (windows, real tokens) that it yields."""
    model.train()
    # Trainer's default is the fused AdamW too, without weight decay.
    optimizer = torch.optim.AdamW(model.parameters(), lr=args.learning_rate, weight_decay=0.0, fused=True)
    schedule = get_linear_schedule_with_warmup(optimizer, 0, steps)
    for _, rows in zip(range(steps), batches(windows, args)):
        batch = batch_of(windows, rows, longest(windows, rows) if args.dynamic else MAX_LENGTH)
        for key, name in [("start_positions", "start"), ("end_positions", "end")]:
            batch[key] = torch.tensor([windows[row][name] for row in rows])
        model(**batch).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        yield len(rows), int(batch["attention_mask"].sum())


def batches(windows, args):
    lengths = [len(each["ids"]) for each in windows]
    while True:
        order = get_length_grouped_indices(lengths, args.batch) if args.dynamic else torch.randperm(len(windows)).tolist()
        for at in range(0, len(order), args.batch):
            yield order[at : at + args.batch]


@torch.inference_mode()
def predict(model, windows, args, by_length):
    """Start and end logits of each window, as long as its batch was."""
    model.eval()
    order = list(range(len(windows)))
    if by_length:
        order.sort(key=lambda row: -len(windows[row]["ids"]))
    logits = [None] * len(windows)
    for at in range(0, len(order), args.batch):
        rows = order[at : at + args.batch]
        found = model(**batch_of(windows, rows, longest(windows, rows) if by_length else MAX_LENGTH))
        for row, start, end in zip(rows, found.start_logits.numpy(), found.end_logits.numpy()):
            logits[row] = start, end
    return logits


# Answers, as postprocess_qa_predictions of utils_qa.py chooses them, and the rules of the official script for v1.1.


def answers_of(questions, windows, logits):
    of_question = collections.defaultdict(list)
    for at, window in enumerate(windows):
        of_question[window["owner"]].append(at)
    return {
        question["id"]: best_answer(question["context"], [(windows[at]["offsets"], *logits[at]) for at in of_question[n]])
        for n, question in enumerate(questions)
    }


def best_answer(context, windows):
    candidates = []
    for offsets, start_logits, end_logits in windows:
        starts, ends = (np.argsort(each)[-1 : -N_BEST - 1 : -1].tolist() for each in (start_logits, end_logits))
        for start in starts:
            for end in ends:
                if start >= len(offsets) or end >= len(offsets) or offsets[start] is None or offsets[end] is None:
                    continue
                if end < start or end - start + 1 > MAX_ANSWER_LENGTH:
                    continue
                candidates.append((start_logits[start] + end_logits[end], offsets[start][0], offsets[end][1]))
    if not candidates:
        return "empty"
    _, first, last = max(candidates, key=lambda each: each[0])
    return context[first:last]


def normalized(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def f1_of(answer, truth):
    ours, theirs = normalized(answer).split(), normalized(truth).split()
    same = sum((collections.Counter(ours) & collections.Counter(theirs)).values())
    if same == 0:
        return 0
    precision, recall = same / len(ours), same / len(theirs)
    return 2 * precision * recall / (precision + recall)


def score(questions, answers):
    exact = f1 = 0
    for question in questions:
        answer, truths = answers[question["id"]], [each["text"] for each in question["answers"]]
        exact += max(normalized(answer) == normalized(truth) for truth in truths)
        f1 += max(f1_of(answer, truth) for truth in truths)
    return 100 * exact / len(questions), 100 * f1 / len(questions)


# What is measured.


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def since_start():
    """Seconds since this process was started, before Python itself was there."""
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        ticks = int(stat.read().rpartition(")")[2].split()[19])
        return float(uptime.read().split()[0]) - ticks / 100


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("mode", choices=["steps", "predict", "fit"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--train")
    parser.add_argument("--dev")
    parser.add_argument("--windows", type=int, help="only the first so many")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--dynamic", action="store_true")
    return parser.parse_args()


main()
