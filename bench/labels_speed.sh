#!/usr/bin/env bash
# How long 10,000 labels take, as PDF and for label printers: bench/labels_speed.sh [COUNT]. OSETRA names the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
osetra=${OSETRA:-build/release/osetra} count=${1:-10000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
    echo "label,number,gtin,serial,net_g,salt_percent,packed_on,best_before_on,storage,producer"
    for ((i = 1; i <= count; ++i)); do
        printf 'DAUxSCH/C/CN/2026/CN-ZJ-0007/20260314-%08d,L-%08d,09521234000013,T-%06d,30,3.4,2026-03-14,2027-03-14,−2 … +2 °C,Osetra Demo 衢州\n' $((i / 20)) "$i" "$i"
    done
} > "$work/labels.csv"
for way in "pdf" "pdf --sheet a4" "zpl"; do
    # shellcheck disable=SC2086
    /usr/bin/time -f "%e s (%U s of processor, %M kB)" -o "$work/time" "$osetra" label print "$work/labels.csv" --format $way --out "$work/out" > /dev/null
    printf '%s labels, %-15s %s, %s bytes\n' "$count" "$way" "$(cat "$work/time")" "$(stat -c %s "$work/out")"
done
