"""In stock Rasa's environment (`make bench` builds it): what its trained model makes of texts.

    var/bench/venv/bin/python scripts/evaluation/stock.py MODEL < texts.json > intents.json

In: texts by file. Out: `{"answers": intents by file, "ms": median}`.
"""

import asyncio
import json
import sys
import time

FALLBACK = "nlu_fallback"


def main() -> None:
    """Read texts, answer."""
    asked = json.load(sys.stdin)
    out = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not end up in the answer
    json.dump(asyncio.run(_parse(sys.argv[1], asked)), out)


async def _parse(model: str, asked: dict[str, list[str]]) -> dict[str, object]:
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    agent = Agent.load(model)
    if agent.processor is None:
        raise SystemExit(f"no model at {model}")
    times: list[float] = []

    async def best(text: str) -> str:
        began = time.perf_counter()
        parsed = await agent.processor.parse_message(UserMessage(text=text))
        times.append((time.perf_counter() - began) * 1000)
        ranking = [e for e in parsed.get("intent_ranking") or [] if e["name"] != FALLBACK]
        return str((ranking or [parsed["intent"]])[0]["name"])

    answers: dict[str, list[str]] = {}
    for file, texts in asked.items():
        answers[file] = [await best(text) for text in texts]
    return {"answers": answers, "ms": sorted(times)[len(times) // 2]}


if __name__ == "__main__":
    main()
