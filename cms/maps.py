"""A map without scripts: outlines as one picture made once (`draw_map`), circles with counts laid over it.

It colours no country: only counts of factories stand on it, with the same numbers in a table beside it.
"""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
WIDTH, HEIGHT = 1000, 500
LEAST = 240  # of the width of the world: a map of one country shows where in the world it lies
NEAREST = 0.6  # points nearer to the last one than this are not drawn


@cache
def centres() -> dict[str, list[float]]:
    """{country: where its circle stands on the picture}."""
    return json.loads((DATA / "centres.json").read_text(encoding="utf-8"))


def view(counts: dict[str, int]) -> dict | None:
    """What the map shows of {country: n}: the part of the world, and a circle for each. None where nothing is known."""
    known = {code: centres()[code] for code in counts if code in centres()}
    if not known:
        return None
    xs, ys = ([place[n] for place in known.values()] for n in (0, 1))
    width = min(WIDTH, max(LEAST, (max(xs) - min(xs)) * 1.4, (max(ys) - min(ys)) * 2.8))
    left = min(max(0, (max(xs) + min(xs) - width) / 2), WIDTH - width)
    top = min(max(0, (max(ys) + min(ys) - width / 2) / 2), HEIGHT - width / 2)
    circles = [
        {"code": code, "n": counts[code], "x": round(x, 1), "y": round(y, 1)} for code, (x, y) in sorted(known.items())
    ]
    return {
        "box": " ".join(str(round(number, 1)) for number in (left, top, width, width / 2)),
        "radius": round(width / 42, 1),
        "letters": round(width / 48, 1),
        "circles": circles,
    }


def drawn() -> tuple[str, dict[str, list[float]]]:
    """(the picture of all outlines as SVG, the centre of each country), made from the outlines beside this file."""
    import pycountry

    topology = json.loads((DATA / "countries-110m.json").read_text(encoding="utf-8"))
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    paths, found = [], {}
    for shape in topology["objects"]["countries"]["geometries"]:
        rings = [_ring(ring, arcs) for polygon in _polygons(shape) for ring in polygon]
        paths.append("".join(map(_path, rings)))
        country = pycountry.countries.get(numeric=str(shape.get("id", "")).zfill(3))
        if country:
            found[country.alpha_2] = _centre(max(rings, key=lambda ring: abs(_area(ring))))
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><path fill="#e8eae5" stroke="#6d7480" '
        f'stroke-width="4" transform="scale(.1)" d="{"".join(paths)}"/></svg>\n'
    )
    return picture, dict(sorted(found.items()))


def _arc(arc, transform):
    """An arc as points on the picture: TopoJSON writes each as the step from the one before."""
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        longitude = x * transform["scale"][0] + transform["translate"][0]
        latitude = y * transform["scale"][1] + transform["translate"][1]
        points.append(((longitude + 180) / 360 * WIDTH, (90 - latitude) / 180 * HEIGHT))
    return points


def _polygons(shape):
    return [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]


def _ring(ring, arcs):
    points = []
    for number in ring:
        points += arcs[number] if number >= 0 else reversed(arcs[~number])
    return points


def _path(ring):
    kept = [ring[0]]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= NEAREST:
            kept.append(point)
    if len(kept) < 3:
        return ""
    tenths = [(round(x * 10), round(y * 10)) for x, y in kept]
    steps = [
        f"{x - before_x}{y - before_y:+d}" for (before_x, before_y), (x, y) in zip(tenths, tenths[1:], strict=False)
    ]
    return f"M{tenths[0][0]} {tenths[0][1]}l{' '.join(steps)}z"


def _area(ring):
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _centre(ring):
    area = _area(ring)
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (6 * area)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (6 * area)
    return [round(x, 1), round(y, 1)]
