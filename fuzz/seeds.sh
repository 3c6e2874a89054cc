#!/usr/bin/env bash
# Writes what the fuzzers begin with into corpus/: small files of each kind that are as they should be.
# Needs zip, and a Python with pillow (fixtures/requirements.txt), which PYTHON names.
set -euo pipefail
cd "$(dirname "$0")/.."
corpus=fuzz/corpus
mkdir -p $corpus/{images,options,pictures,parquet,weights,checkpoint}

# Labelled and unlabelled digits, plain and packed.
gzip -dc data/mnist_test.csv.gz | sed -n 1,3p >$corpus/images/labelled.csv
cut -d, -f2- $corpus/images/labelled.csv >$corpus/images/unlabelled.csv
for file in $corpus/images/*labelled.csv; do
    gzip --keep --force "$file"
    zip --quiet --junk-paths "$file.zip" "$file"
done

# The same small digits in all forms.
forms=fixtures/data_forms
find $forms -maxdepth 1 -type f -exec cp {} $corpus/images \;
cp $forms/idx/* $corpus/images
cp $forms/parquet/*.parquet $corpus/parquet

# Images, labels and names of classes, read with options: see the target.
with_options() { # name, four bytes, files
    local file=$corpus/options/$1
    printf "$2" >"$file"
    shift 2
    cat "$1" >>"$file"
    for other in "${@:2}"; do
        printf ===== >>"$file"
        [ -z "$other" ] || cat "$other" >>"$file"
    done
}
with_options first '\0\1\0\0' $forms/plain.csv
with_options last '\0\2\0\0' $forms/label_last_no_header.csv
with_options named '\0\4\0\0' $forms/label_last.csv
with_options either '\0\1\0\0' $forms/either.csv
with_options sized '\0\1\7\7' $forms/plain.csv
with_options turned '\6\0\0\0' $forms/transposed.csv
with_options colour '\10\0\0\0' $forms/colour.csv
with_options planes '\10\0\0\0' $forms/planes.csv
with_options labels '\0\0\0\0' $forms/images_only.csv $forms/labels_only.csv $forms/word_a_line.txt
with_options names '\0\0\0\0' $forms/plain.csv '' $forms/emnist_mapping.txt
with_options idx '\0\0\0\0' $forms/idx/train-images-idx3-ubyte $forms/idx/train-labels-idx1-ubyte
with_options arrays '\20\0\0\0' $forms/images.npy $forms/labels.npy
with_options fortran '\20\0\0\0' $forms/fortran.npy $forms/labels.npy $forms/word_a_line.txt

# Pictures of each format: grey, in colour, with a palette, transparent, of 16 bits, turned by EXIF.
"${PYTHON:-python3}" - $forms/folder/test/one/02.png $corpus/pictures <<'END'
import sys
from PIL import Image

source, folder = sys.argv[1:]
grey = Image.open(source)
modes = {mode: grey.convert(mode) for mode in ("1", "L", "P", "RGB", "RGBA", "I;16")}
turned = Image.Exif()
turned[0x0112] = 6
for end, modes_of_format in {
    "png": ["1", "L", "P", "RGB", "RGBA", "I;16"],
    "bmp": ["1", "L", "P", "RGB"],
    "gif": ["L", "P"],
    "jpeg": ["L", "RGB"],
    "tiff": ["1", "L", "RGB", "RGBA", "I;16"],
    "webp": ["RGB", "RGBA"],
}.items():
    for mode in modes_of_format:
        modes[mode].save(f"{folder}/{mode.replace(';', '_')}.{end}")
modes["RGB"].save(f"{folder}/turned.jpeg", exif=turned)
modes["RGB"].save(f"{folder}/progressive.jpeg", progressive=True)
modes["RGB"].save(f"{folder}/lossless.webp", lossless=True)
modes["L"].save(f"{folder}/lzw.tiff", compression="tiff_lzw")
modes["L"].save(f"{folder}/packed.tiff", compression="packbits")
modes["P"].save(f"{folder}/frames.gif", save_all=True, append_images=[modes["P"].rotate(90)])
END
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
