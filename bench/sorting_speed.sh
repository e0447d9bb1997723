#!/usr/bin/env bash
# How long the out-turn of a season takes, and whether awk reckons the same kilograms and money from the same files: bench/sorting_speed.sh [LOADS]. OSETRA names the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
osetra=${OSETRA:-build/release/osetra} loads=${1:-840}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v n="$loads" 'BEGIN { print "load,grower,received_on,gross_kg,tare_kg"; for (i = 1; i <= n; ++i) printf "B%d,Grower %d,2026-01-%02d,8200,100\n", i, i % 40, 1 + i % 28 }' >"$work/loads.csv"
# sixty lines of a sizer a load; the middle of the sizes comes most often, and a tenth of the fruit is green or scarred
awk -v n="$loads" 'BEGIN { srand(7); print "load,pieces,weight_g,diameter_mm,green_percent,blemish_percent"
    for (i = 1; i <= n; ++i) for (k = 0; k < 60; ++k) { p = 200 + int(600 * rand()); printf "B%d,%d,%d,%.1f,%.1f,%.1f\n", i, p, p * (150 + int(30 * rand())), 55 + 10 * (rand() + rand() + rand()), 12 * rand(), 14 * rand() } }' >"$work/counts.csv"
time "$osetra" sort outturn --pack citrus --loads "$work/loads.csv" --counts "$work/counts.csv" --csv "$work/out.csv" >/dev/null
# grams by grower from the sizer's lines, and money from the out-turn's own kilograms and prices
awk -F, 'NR == FNR { if (FNR > 1) grower[$1] = $2; next } FNR > 1 { g[grower[$1]] += $3 } END { for (x in g) printf "%s,%d\n", x, g[x] }' "$work/loads.csv" "$work/counts.csv" | sort >"$work/by_awk"
awk -F, 'NR > 1 { g[$1] += int($5 * 1000 + 0.5) } END { for (x in g) printf "%s,%d\n", x, g[x] }' "$work/out.csv" | sort >"$work/by_osetra"
echo "growers: $(wc -l <"$work/by_awk"), of another weight by awk: $(comm -23 "$work/by_awk" "$work/by_osetra" | wc -l)"
awk -F, 'NR > 1 { d = $5 * $8 - $9; if (d < 0) d = -d; if (d > most) most = d; sum += $9 } END { printf "money: %.2f %s, the line furthest from kilograms x price: %.3f\n", sum, $10, most }' "$work/out.csv"
