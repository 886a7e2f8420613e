"""Draw the pictures of the docs on the synthetic data sets: ``python docs/pictures/make.py``.

Those of a report and of a board need the browser ``chromium``, and take a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import cv2
import numpy as np
from playwright.sync_api import sync_playwright

from mebench.evaluation.scoring_options import ScoringOptions
from mebench.report.write_report import html_report
from mebench_synthetic.dataset import SyntheticDataset, SyntheticVideo
from mebench_synthetic.recipe import PRESETS, STANDARD
from mebench_synthetic.script import Action

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

    from mebench.datasets.contract import Image

FOLDER = Path(__file__).parent
WHITE = (255, 255, 255)
GRAY = (110, 110, 110)


def caption(image: Image, text: str, color: tuple[int, int, int] = GRAY) -> Image:
    """Return an image with a line of text below it."""
    bar = np.full((26, image.shape[1], 3), 255, np.uint8)
    cv2.putText(bar, text, (4, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.45, color, 1, cv2.LINE_AA)
    return np.vstack([image, bar])


def grid(cells: Sequence[Image], columns: int) -> Image:
    """Return images in rows."""
    blank = np.full_like(cells[0], 255)
    padded = [*cells, *[blank] * (-len(cells) % columns)]
    rows = [np.hstack(padded[start : start + columns]) for start in range(0, len(padded), columns)]
    return np.vstack(rows)


def shrunk(image: Image, width: int) -> Image:
    """Return a smaller image."""
    height = round(image.shape[0] * width / image.shape[1])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)


def save(name: str, image: Image) -> None:
    """Write a picture as JPEG."""
    path = FOLDER / name
    cv2.imwrite(str(path), image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    print(f"{path.name}: {image.shape[1]} x {image.shape[0]}, {path.stat().st_size // 1024} KiB")


def people() -> None:
    """Draw all subjects, one frame each."""
    cells = [
        caption(shrunk(video.frame(0), 320), video.subject)
        for video in SyntheticDataset(STANDARD).videos()
        if video.id == "v1"
    ]
    save("people.jpg", grid(cells, 4))


def has_no_blink(video: SyntheticVideo, action: Action) -> bool:
    """Return whether no blink overlaps an action."""
    return all(
        blink.offset < action.onset - 2 or blink.onset > action.offset + 2
        for blink in video.script.blinks
    )


def frame_by_frame(emotion: str, subject: str, name: str) -> None:
    """Draw one micro-expression, from the frame before its onset to the one after its offset."""
    video, action = max(
        (
            (video, action)
            for video in SyntheticDataset(STANDARD).videos()
            for action in video.script.actions
            if video.subject == subject
            and action.kind == "micro"
            and action.emotion == emotion
            and has_no_blink(video, action)
        ),
        key=lambda pair: sum(unit.left + unit.right for unit in pair[1].units),
    )
    first = action.onset - 1
    frames = list(video.frames(first, action.offset + 2))
    marks = {action.onset: "onset", action.apex: "apex", action.offset: "offset"}
    face = (slice(90, 370), slice(200, 440))
    cells = [
        caption(
            shrunk(frame[face], 200),
            f"{number} {marks.get(number, '')}",
            (170, 20, 20) if number in marks else GRAY,
        )
        for number, frame in enumerate(frames, first)
    ]
    apex = frames[action.apex - first].astype(int)
    difference = np.clip(255 - 6 * np.abs(apex - frames[0]).max(axis=2), 0, 255).astype(np.uint8)
    picture = np.repeat(difference[:, :, None], 3, axis=2)[face]
    cells.append(caption(shrunk(picture, 200), "apex minus onset, x 6"))
    save(name, grid(cells, 6))
    units = ", ".join(f"{unit.name} {unit.left} left {unit.right} right" for unit in action.units)
    print(f"  {video.subject}/{video.id} [{action.onset}, {action.offset}] {emotion}: {units}")


def difficulties() -> None:
    """Draw the same moment in the three presets."""
    cells = []
    for recipe in sorted(PRESETS.values(), key=lambda recipe: recipe.noise):
        video, action = next(
            (video, action)
            for video in SyntheticDataset(recipe).videos()[4:]
            for action in video.script.actions
            if action.kind == "micro"
            and action.emotion == "negative"
            and has_no_blink(video, action)
        )
        frame = video.frame(action.apex)[90:370, 160:480]
        cells.append(caption(shrunk(frame, 320), f"{recipe.id}, apex"))
    save("difficulties.jpg", grid(cells, 3))


def report() -> None:
    """Take a picture of the timelines of MEAN, with a selected interval and its frames."""
    predictions = FOLDER.parents[1] / "benchmarks" / "mean_paper" / "predictions.json"
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        html = html_report(predictions, None, None, ScoringOptions(), frames=True)
        page.write_text(html, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        size: ViewportSize = {"width": 1280, "height": 800}
        seen = browser.new_page(viewport=size, reduced_motion="reduce")
        seen.goto(page.as_uri())
        seen.locator("#filters").evaluate("one => one.scrollIntoView()")
        seen.locator(".timeline").nth(1).focus()
        for _ in range(2):
            seen.keyboard.press("ArrowRight")
        seen.screenshot(path=FOLDER / "report.png")
        browser.close()


def leaderboards() -> None:
    """Take a picture of the board of `synthetic-str`, as the page shows it."""
    page = FOLDER.parents[1] / "leaderboards" / "index.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"))
        size: ViewportSize = {"width": 1280, "height": 1000}
        seen = browser.new_page(viewport=size, reduced_motion="reduce")
        seen.goto(page.as_uri())
        board = seen.locator("#synthetic-str-1")
        board.evaluate("one => one.style.padding = '16px'")
        board.screenshot(path=FOLDER / "leaderboards.png")
        browser.close()


if __name__ == "__main__":
    people()
    frame_by_frame("surprise", "s07", "surprise.jpg")
    frame_by_frame("positive", "s04", "positive.jpg")
    difficulties()
    report()
    leaderboards()
