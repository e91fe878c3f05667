"""Bodies as shops and feeds send them: a source of chance goes in, JSON of about the wanted size comes out.

Words of both cases, addresses of images, file names, UUIDs, times, prices, Chinese titles, user agents, colours and ETags: most of
them hide nothing, and look at a glance as if they did.
"""

import json
import random
import uuid

from tests.corpus.subjects import hexits

_WORDS = (
    "Spring",
    "Flower",
    "Set",
    "Nail",
    "Art",
    "Sticker",
    "Gel",
    "Polish",
    "Glitter",
    "Ocean",
    "Blue",
    "Classic",
    "Tip",
    "3D",
)
_CHINESE = ("春季花朵套装", "美甲贴纸", "渐变蓝色", "经典法式", "亮片", "新品 限时优惠", "情人节款")
_AGENTS = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A.230803.041) AppleWebKit/537.36 Chrome/126.0.6478.122 Mobile Safari/537.36",
    "NailPrinter/3.2.1 (iPhone; iOS 17.5.1; Scale/3.00) CFNetwork/1496.0.7 Darwin/23.5.0",
    "okhttp/4.12.0",
)


def _product(rng: random.Random) -> dict[str, object]:
    """A product, about 900 bytes."""
    name = rng.sample(_WORDS, 3)
    file = f"{'_'.join(name[:2])}-{rng.randint(1, 99):02}"
    date = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    return {
        "productId": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "skuCode": f"NA-{rng.randint(10_000, 99_999)}-{rng.choice('ABCDEF')}{rng.choice('XYZ')}",
        "title": " ".join(name),
        "titleZh": rng.choice(_CHINESE) + rng.choice(_CHINESE),
        "description": " ".join(rng.choices(_WORDS, k=14)) + ". Free shipping on orders over $35!",
        "coverUrl": f"https://cdn.example.com/img/2026/{file}.png?x={rng.randint(1, 9)}",
        "images": [
            f"https://img{rng.randint(1, 4)}.example-static.com/products/{hexits(rng, 24)}/{file}_{size}.webp?w={size}&q=80"
            for size in (320, 640)
        ],
        "linkPath": f"/products/{'-'.join(name).lower()}?utmSource=homeFeed&position={rng.randint(1, 40)}",
        "fileName": f"{file}.svg",
        "createdAt": f"{date}T10:{rng.randint(10, 59)}:07.{rng.randint(100, 999)}Z",
        "updatedAt": f"{date}T23:59:59+08:00",
        "price": {"amount": round(rng.uniform(1, 500), 2), "currencyCode": "USD", "displayText": f"${rng.uniform(1, 99):.2f}"},
        "backgroundColor": f"#{hexits(rng, 6)}",
        "eTag": f'W/"{hexits(rng, 32)}"',
        "isFavorite": rng.random() < 0.2,
        "reviewCount": rng.randint(0, 5000),
        "author": {"displayName": f"{rng.choice(_WORDS)}{rng.choice(_WORDS)}", "userAgent": rng.choice(_AGENTS)},
        "viewType": rng.choice(("productCardLarge", "ProductCardSmall", "BannerViewController")),
    }


def realistic_body(rng: random.Random, size: int) -> bytes:
    """A JSON body of about `size` bytes of UTF-8."""
    products: list[dict[str, object]] = []
    while len(json.dumps(products, ensure_ascii=False).encode()) < size:
        products.append(_product(rng))
    told = {"code": 0, "message": "OK", "requestId": str(uuid.UUID(int=rng.getrandbits(128))), "data": {"productList": products}}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
