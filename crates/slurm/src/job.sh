if ! cd "$workspace" || ! [ -x "$submission/trainer" ]; then
    echo "error: $submission: not found on this node; is the folder of the analysis shared with all nodes?"
    exit 1
fi

# Parsed data is kept on the node for later tasks, in a folder that belongs to this user alone.
cache="${TMPDIR:-/tmp}/digits-$(id -u)"
mkdir -m 700 "$cache" 2>/dev/null
[ -O "$cache" ] || cache=$(TMPDIR=/tmp mktemp -d)

# Slurm ends a task at its time limit, for a job of higher priority, or on scancel. This script then ends the input of the
# trainer, which saves and stops. The signal may have reached the trainer as well; a second one would end it unsaved.
stopped=
trap 'stopped=yes; exec 3>&-' TERM

run() {
    local run="$runs/$1" trainer
    [ ! -L "$run/log.txt" ] || rm -f "$run/log.txt" # The file that a link names is not ours.
    exec 3> >(exec "$submission/trainer" --stop-at-end-of-input --cache "$cache" "$run/job.toml" >>"$run/log.txt" 2>&1)
    trainer=$!
    # The signal interrupts the wait as well.
    until wait "$trainer"; code=$?; ! kill -0 "$trainer" 2>/dev/null; do :; done
    exec 3>&-
    case $code in
        0) return ;;
        126 | 127) echo "error: the trainer does not start on $node; is the processor there of another kind?" >>"$run/log.txt" ;;
        132) echo "error: the processor of $node lacks instructions for which the trainer was compiled" >>"$run/log.txt" ;;
        130 | 143) ;;
        13? | 14?) echo "error: the trainer was ended by signal $((code - 128))" >>"$run/log.txt" ;;
    esac
    failed=$code
    echo "$1 ended with exit code $code; see $run/log.txt"
}

# The first argument is the number of lines that other arrays run.
first=$(($1 + SLURM_ARRAY_TASK_ID * per_task + 1))
mapfile -t trials < <(sed -n "$first,$((first + per_task - 1))p" "$submission/trials.txt")
node=${SLURMD_NODENAME:-$(hostname)}
failed=0
for trial in "${trials[@]}"; do
    [ -z "$stopped" ] || break
    echo "$trial on $node"
    run "$trial"
done
exit "$failed"
