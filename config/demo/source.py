"""Reading the demo's data files."""

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


def read(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def thread_files() -> list[str]:
    return sorted(f"threads/{path.stem}" for path in (DATA / "threads").glob("*.json"))
