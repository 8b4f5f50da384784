"""In Rasa's environment: parse turns with a trained model and time them.

    .venv-rasa/bin/python -m scripts.evaluation.understanding MODEL < turns.json > answers.json

In: a list of `{"text", "references", "signals", "awaiting"}`. Out: `{"answers", "ms",
"processor_ms", "train_s", "start_s", "rss_mb"}`. Everything runs on one core: a library that uses
more in secret would show a time that a busy server does not keep.
"""

import asyncio
import json
import os
import resource
import sys
import tarfile
import time
from typing import Any

FALLBACK = "nlu_fallback"


def main() -> None:
    """Read turns, answer, report what it cost."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # before anything starts threads
    turns = json.load(sys.stdin)
    out = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not end up in the answer
    document = asyncio.run(_parse(sys.argv[1], turns))
    json.dump(document, out)


async def _parse(model: str, turns: list[dict[str, Any]]) -> dict[str, Any]:
    began = time.perf_counter()
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from bot.channels.words import looks_like_command, without_command

    agent = Agent.load(model)
    if agent.processor is None:
        raise SystemExit(f"no model at {model}")
    started = time.perf_counter() - began
    answers: list[dict[str, Any]] = []
    times: list[float] = []
    processor: list[float] = []
    for turn in turns:
        metadata = {name: turn[name] for name in ("references", "signals", "awaiting")}
        text = turn["text"]
        if looks_like_command(text):  # as the channel does
            text = without_command(text)
        before, spent = time.perf_counter(), time.process_time()
        parsed = await agent.processor.parse_message(
            UserMessage(text=text, metadata=metadata), only_output_properties=True
        )
        times.append((time.perf_counter() - before) * 1000)
        processor.append((time.process_time() - spent) * 1000)
        answers.append(_answer(parsed))
    return {
        "answers": answers,
        "ms": _spread(times),
        "processor_ms": _spread(processor),
        "train_s": _train_s(model),
        "start_s": started,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"median": ordered[len(ordered) // 2], "p95": ordered[int(len(ordered) * 0.95)]}


def _train_s(model: str) -> float:
    """Return how long the intent model in an archive took to fit."""
    with tarfile.open(model) as archive:
        for member in archive.getmembers():
            stored = archive.extractfile(member) if member.name.endswith("/model.json") else None
            if stored:
                return float(json.load(stored)["trained_in_s"])
    raise SystemExit(f"no intent model in {model}")


def _answer(parsed: dict[str, Any]) -> dict[str, Any]:
    intent = parsed["intent"]
    ranking = [e for e in parsed.get("intent_ranking") or [] if e["name"] != FALLBACK]
    best = ranking[0] if ranking else intent
    also = parsed.get("also_intent")
    return {
        "intent": best["name"],
        "confidence": best["confidence"],
        "gap": best["confidence"] - (ranking[1]["confidence"] if len(ranking) > 1 else 0.0),
        "asked_back": intent["name"] == FALLBACK,
        "also": also["name"] if also else None,
        "entities": [entity["entity"] for entity in parsed.get("entities") or []],
    }


if __name__ == "__main__":
    main()
