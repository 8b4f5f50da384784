"""In Rasa's environment: parse turns with a trained model and time them.

    .venv-rasa/bin/python -m scripts.evaluation.understanding MODEL < turns.json > answers.json

In: a list of `{"text", "references", "signals"}`. Out: `{"answers", "ms", "start_s", "rss_mb"}`.
"""

import asyncio
import json
import resource
import sys
import time
from typing import Any

FALLBACK = "nlu_fallback"


def main() -> None:
    """Read turns, answer, report what it cost."""
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
    answers, times = [], []
    for turn in turns:
        metadata = {"references": turn["references"], "signals": turn.get("signals") or {}}
        text = turn["text"]
        if looks_like_command(text):  # as the channel does
            text = without_command(text)
        before = time.perf_counter()
        parsed = await agent.processor.parse_message(
            UserMessage(text=text, metadata=metadata), only_output_properties=True
        )
        times.append((time.perf_counter() - before) * 1000)
        answers.append(_answer(parsed))
    times.sort()
    return {
        "answers": answers,
        "ms": {"median": times[len(times) // 2], "p95": times[int(len(times) * 0.95)]},
        "start_s": started,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


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
