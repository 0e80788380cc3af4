#!/usr/bin/env python3
"""Derives towns_082201.inc, towns_221309.inc and pyramid.inc from ../shared/data (see README.md).

Usage: derive_towns.py SHARED_DATA_DIR OUTPUT_DIR
"""
import csv
import json
import math
import os
import re
import sys

NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九十")}
CHOME = re.compile("^(.+?)([一二三四五六七八九十]+)丁目$")

# Part of the former 北区 that went to 中央区 on 2024-01-01 (三方原地区); the rest went to 浜名区.
MIKATAHARA = {"三方原町", "豊岡町", "初生町", "三幸町", "大原町", "根洗町", "東三方町"}

# Share of the city's residents a ward holds, in permille: plausible sizes, not figures of record.
WARD_SHARE = {"08220": 1000, "22138": 775, "22139": 192, "22140": 33}
WARD_NAME = {"08220": "", "22138": "中央区", "22139": "浜名区", "22140": "天竜区"}


def chome(name):
    """Splits 吾妻一丁目 into (吾妻, 1); names without 丁目 have number 0."""
    match = CHOME.match(name)
    if not match:
        return name, 0
    text = match.group(2)
    if text == "十":
        number = 10
    elif text.startswith("十"):
        number = 10 + NUMERALS[text[1]]
    else:
        number = NUMERALS[text]
    return match.group(1), number


def current_ward(old, town):
    if old == "08220":
        return old
    if old == "22135":
        return "22138" if town in MIKATAHARA else "22139"
    return {"22136": "22139", "22137": "22140"}.get(old, "22138")


def load_towns(data, files):
    """{(ward, town): [old ward, [positions]]}; a town without any position is left out."""
    towns = {}
    for name in files:
        old = name[:5]
        with open(os.path.join(data, "towns", name), encoding="utf-8") as source:
            for row in json.load(source):
                if row["lat"] is None:
                    continue
                key = (current_ward(old, row["town"]), row["town"])
                towns.setdefault(key, [old, []])[1].append((row["lat"], row["lng"]))
    return towns


def official_codes(data):
    """町字ID of つくば市 by (大字 name, 丁目 number)."""
    codes = {}
    with open(os.path.join(data, "towns", "082201_machiaza.csv"), encoding="utf-8-sig") as source:
        for row in csv.DictReader(source):
            if row["小字名"]:
                continue
            number = int(row["丁目名_数字"] or 0)
            codes.setdefault((row["大字・町名"], number), row["町字id"])
    return codes


def assign_codes(keys, official):
    """Seven digits a town: the official 町字ID, else a 大字 number of our own from 9000 upwards in
    reading order of the file (own numbers never meet official ones, which start low)."""
    own, result, used = {}, {}, set()
    for ward, town in keys:
        base, number = chome(town)
        code = official.get((base, number)) if ward == "08220" else None
        if code is None or (ward, code) in used:
            oaza = own.setdefault((ward, base), (9000 if ward == "08220" else 1) + len(own))
            code = f"{oaza:04d}{number:03d}"
        used.add((ward, code))
        result[(ward, town)] = code
    assert len(set((w, c) for (w, _), c in result.items())) == len(result)
    return result


def weights(positions):
    """Residents per 100,000 of the city: within a ward proportional to how many towns lie within
    1.5 km, since towns are small where people are many."""
    by_ward = {}
    for (ward, town), (lat, lng) in positions.items():
        near = 0
        for other_lat, other_lng in positions.values():
            dy = (lat - other_lat) * 111.2
            dx = (lng - other_lng) * 111.2 * math.cos(math.radians(lat))
            near += dx * dx + dy * dy < 2.25
        by_ward.setdefault(ward, {})[(ward, town)] = float(near) ** 1.2
    result = {}
    for ward, values in by_ward.items():
        total = sum(values.values())
        for key, value in values.items():
            result[key] = max(1, round(value / total * WARD_SHARE[ward] * 100))
    return result


def write_towns(data, out, municipality, files):
    towns = load_towns(data, files)
    positions = {key: (sum(p[0] for p in value[1]) / len(value[1]),
                       sum(p[1] for p in value[1]) / len(value[1]))
                 for key, value in towns.items()}
    codes = assign_codes(list(towns), official_codes(data))
    weight = weights(positions)
    path = os.path.join(out, f"towns_{municipality}.inc")
    with open(path, "w", encoding="utf-8") as target:
        target.write("// Derived by derive_towns.py from geolonia/japanese-addresses (CC BY 4.0); see README.md.\n")
        for key in sorted(towns, key=lambda k: (k[0], codes[k])):
            ward, town = key
            lat, lng = positions[key]
            target.write(f'{{"{ward}", "{towns[key][0]}", "{codes[key]}", "{WARD_NAME[ward]}", "{town}", '
                         f'{round(lat * 1e6)}, {round(lng * 1e6)}, {weight[key]}}},\n')


def write_pyramid(data, out):
    counts = {"男性": [], "女性": []}
    with open(os.path.join(data, "pyramid_total.csv"), encoding="utf-8") as source:
        for row in csv.DictReader(source):
            if row["year"] == "2020" and row["sex"] in counts:
                counts[row["sex"]].append(int(row["value"]))
    with open(os.path.join(out, "pyramid.inc"), "w", encoding="utf-8") as target:
        target.write("// Japan 2020 by five-year band, 0-4 ... 95-99, 100+; male, then female. See README.md.\n")
        for sex in ("男性", "女性"):
            assert len(counts[sex]) == 21, counts[sex]
            target.write("{" + ", ".join(str(v) for v in counts[sex]) + "},\n")


def main():
    data, out = sys.argv[1:3]
    files = sorted(f for f in os.listdir(os.path.join(data, "towns")) if f.endswith(".json"))
    write_towns(data, out, "082201", [f for f in files if f.startswith("08220")])
    write_towns(data, out, "221309", [f for f in files if f.startswith("2213")])
    write_pyramid(data, out)


if __name__ == "__main__":
    main()
