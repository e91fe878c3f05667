"""Pictures for tests, drawn from a seed."""

import io
import random

from PIL import Image, ImageDraw


def drawn(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture of coloured shapes."""
    rng = random.Random(seed)
    picture = Image.new("RGB", size, tuple(rng.randrange(256) for _ in range(3)))
    pen = ImageDraw.Draw(picture)
    for _ in range(24):
        x, y = rng.randrange(size[0]), rng.randrange(size[1])
        box = (x, y, x + rng.randrange(20, 260), y + rng.randrange(20, 200))
        colour = tuple(rng.randrange(256) for _ in range(3))
        (pen.ellipse if rng.random() < 0.5 else pen.rectangle)(box, fill=colour)
    return picture


def saved(picture: Image.Image, form: str = "PNG", **options: int) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()
