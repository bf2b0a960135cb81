"""TensorBoard itself reads what the TensorBoard callback writes.

Usage: tensorboard_test.py path/to/linnet_tests. Exit code 77: tensorboard is not installed.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    from tensorboard.backend.event_processing import event_accumulator
    from tensorboard.util import tensor_util
except ImportError as error:
    print(f"skipped: the Python package tensorboard is not installed ({error})")
    sys.exit(77)


def read(folder):
    """{tag: [(step, array)]}, {tag: plugin} of all event files of a folder."""
    events = event_accumulator.EventAccumulator(str(folder), size_guidance={"tensors": 0})
    events.Reload()
    tensors = {
        tag: [(e.step, tensor_util.make_ndarray(e.tensor_proto)) for e in events.Tensors(tag)]
        for tag in events.Tags()["tensors"]
    }
    plugins = {tag: events.SummaryMetadata(tag).plugin_data.plugin_name for tag in tensors}
    return tensors, plugins


def check_scalars(tensors, plugins, rows, prefix):
    """The numbers of each epoch are those of the JSON lines, as floats."""
    names = {name for row in rows for name in row if name.startswith(prefix)}
    for name in names:
        if prefix == "" and name.startswith("val_") or name == "epoch":
            continue
        tag = "epoch_" + name[len(prefix):]
        assert plugins[tag] == "scalars", (tag, plugins[tag])
        got = [(step, float(value)) for step, value in tensors[tag]]
        expected = [(row["epoch"], row[name]) for row in rows if name in row]
        assert len(got) == len(expected) > 0, (tag, got)
        for (step, value), (epoch, number) in zip(got, expected):
            assert step == epoch and abs(value - number) <= 1e-6 * abs(number), (tag, got)


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "[.tensorboard]"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "LINNET_EVENT_FOLDER": folder})
        lines = (pathlib.Path(folder) / "log.jsonl").read_text().splitlines()
        rows = [json.loads(line) for line in lines]
        train, train_plugins = read(pathlib.Path(folder) / "train")
        validation, validation_plugins = read(pathlib.Path(folder) / "validation")
    check_scalars(train, train_plugins, rows, "")
    check_scalars(validation, validation_plugins, rows, "val_")
    histogram = train["dense/kernel/histogram"]
    assert train_plugins["dense/kernel/histogram"] == "histograms"
    assert [step for step, _ in histogram] == [0, 1, 2]
    for _, buckets in histogram:
        assert buckets.shape == (30, 3) and buckets[:, 2].sum() == 6 * 16, buckets
        assert (buckets[:, 0] < buckets[:, 1]).all(), buckets
    assert train_plugins["model_summary"] == "text"
    assert b"Total params" in train["model_summary"][0][1].item()
    print(f"tensorboard has read {len(train) + len(validation)} tags")


if __name__ == "__main__":
    main(sys.argv[1])
