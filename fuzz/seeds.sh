#!/usr/bin/env bash
# Writes what the fuzzers begin with into corpus/: small files of each kind that are as they should be.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=fuzz/corpus
mkdir -p $corpus/{csv,weights,checkpoint}

# Labelled and unlabelled digits, plain and packed.
gzip -dc data/mnist_test.csv.gz | sed -n 1,3p >$corpus/csv/labelled.csv
cut -d, -f2- $corpus/csv/labelled.csv >$corpus/csv/unlabelled.csv
for file in $corpus/csv/*labelled.csv; do
    gzip --keep --force "$file"
    zip --quiet --junk-paths "$file.zip" "$file"
done

cp fixtures/data_forms/* fixtures/data_forms/idx/* $corpus/csv 2>/dev/null || true

# A run as small as can be, with everything that a checkpoint can hold: the target has the same settings.
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
cargo xtask train --hidden 1 --momentum 0.9 --layer-norm --epochs 1 --limit 100 --out "$run/run"
cp "$run/run/model.safetensors" $corpus/weights
cargo xtask train --hidden 2,3 --epochs 1 --limit 100 --out "$run/deep"
cp "$run/deep/model.safetensors" $corpus/weights/deep.safetensors
last=$run/run/checkpoints/last
{
    cat "$last/network.bpk" && printf =====
    cat "$last/optimizer.bpk" && printf =====
    cat "$last/checkpoint.toml" && printf =====
    cat "$run/run/history.csv"
} >$corpus/checkpoint/whole
