#!/usr/bin/env python3
"""Draws the rate of capture against the number of events kept, from the lines of repository_bench and plain_table.py.

    bench/chart.py OUT.svg "Name=LINES.jsonl" ...

Rates are by processor time, which other work on the machine disturbs least."""
import json
import math
import sys

colours = ["#0b6e99", "#b4552d", "#5b8c3e", "#7a5aa6"]
width, height, left, right, top, bottom = 760, 380, 70, 20, 40, 50
series = []
for word in sys.argv[2:]:
    name, path = word.split("=", 1)
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.startswith("{")]
    series.append((name, [(x["events"], x["rate_by_processor_time"]) for x in lines if "rate_by_processor_time" in x and "events" in x]))
most_events = max(n for _, points in series for n, _ in points)
most_rate = max(rate for _, points in series for _, rate in points)
step = 10 ** math.floor(math.log10(most_rate))
step = step if most_rate / step > 4 else step / 2
ceiling = math.ceil(most_rate / step) * step


def x(events):
    return left + (width - left - right) * events / most_events


def y(rate):
    return height - bottom - (height - top - bottom) * rate / ceiling


out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12" role="img" '
       'aria-label="Events captured a second against events kept">', f'<rect width="{width}" height="{height}" fill="#fff"/>']
rate = 0.0
while rate <= ceiling:
    out.append(f'<path d="M{left} {y(rate):.1f}H{width - right}" stroke="#ddd"/><text x="{left - 8}" y="{y(rate) + 4:.1f}" text-anchor="end" fill="#444">{rate:,.0f}</text>')
    rate += step
for part in range(0, 11, 2):
    events = most_events * part / 10
    out.append(f'<text x="{x(events):.1f}" y="{height - bottom + 18}" text-anchor="middle" fill="#444">{events / 1e6:g} M</text>')
out.append(f'<text x="{(left + width - right) / 2}" y="{height - 12}" text-anchor="middle" fill="#444">events kept</text>')
out.append(f'<text x="{left}" y="20" fill="#444">events captured a second of processor time</text>')
for i, (name, points) in enumerate(series):
    line = " ".join(f"{x(n):.1f},{y(r):.1f}" for n, r in points)
    out.append(f'<polyline points="{line}" fill="none" stroke="{colours[i % len(colours)]}" stroke-width="2"/>')
    out.append(f'<text x="{width - right}" y="{20 + 16 * i}" text-anchor="end" fill="{colours[i % len(colours)]}">{name}</text>')
out.append("</svg>\n")
with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write("\n".join(out))
