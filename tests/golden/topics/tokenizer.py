"""tokenizer.json: what Keras's legacy Tokenizer and pad_sequences make of texts and rows."""

import json

import numpy as np
from keras.src.legacy.preprocessing.text import Tokenizer, text_to_word_sequence
from keras.utils import pad_sequences

from topics.store import versions

TEXTS = [
    "",
    "   ",
    "The cat sat on the mat, and THE dog sat too!",
    "don't  stop\t-- it's\nJohn's e-mail; isn't it?",
    "no\u00a0break \u3000 caf\u00c9 \u00c0 \u0416\u0418",
    "\u4eca\u5929 \u5929\u6c14\uff0c\u5f88\u597d \u4eca\u5929",
    "x-oov-x a b a",
    "emoji \U0001f600 \U0001f600!",
]
QUERIES = ["the cat and the unicorn", "", "\u4eca\u5929 mat a-b \U0001f600", "oov OOV x", "sat sat sat THE dog"]

WORDS = [
    {},
    {"lower": False},
    {"split": ","},
    {"split": "ab", "filters": "-"},
    {"filters": ""},
    {"filters": "\u5929a "},
]
CASES = [
    {},
    {"num_words": 5},
    {"num_words": 5, "oov_token": "<unk>"},
    {"oov_token": "oov"},
    {"lower": False, "filters": "!,", "split": " "},
    {"char_level": True},
    {"char_level": True, "lower": False, "num_words": 12, "oov_token": "?"},
    {"split": "-", "filters": " ,"},
]
PADDING = [
    {},
    {"maxlen": 2},
    {"maxlen": 5},
    {"padding": "post"},
    {"maxlen": 2, "truncating": "post"},
    {"maxlen": 3, "padding": "post", "truncating": "post", "value": -1},
    {"dtype": "float32", "value": 0.5, "maxlen": 4},
]


def tokenizer_case(options):
    tokenizer = Tokenizer(**options)
    tokenizer.fit_on_texts(TEXTS[:5])
    tokenizer.fit_on_texts(TEXTS[5:])
    sequences = tokenizer.texts_to_sequences(QUERIES)
    matrices = {
        mode: tokenizer.texts_to_matrix(QUERIES, mode=mode).tolist()
        for mode in ("binary", "count", "freq", "tfidf")
    }
    found = {
        "options": options,
        "json": tokenizer.to_json(),
        "sequences": sequences,
        "texts": tokenizer.sequences_to_texts(sequences + [[0, 1, 999, 4]]),
        "matrices": matrices,
    }
    tokenizer.fit_on_sequences([[1, 2, 2], [2]])
    found["after"] = tokenizer.sequences_to_matrix([[1, 2, 3]], mode="tfidf").tolist()
    lists = Tokenizer(**options)
    lists.fit_on_texts([["New York", "is", "is"], ["big", "IS"]])
    found["lists"] = lists.texts_to_sequences([["new york", "New York", "is", "x"]])
    return found


def padded(options):
    rows = [[1], [], [2, 3], [4, 5, 6, 7]]
    pairs = [[[1, 2]], [], [[3, 4], [5, 6], [7, 8]]]
    return {
        "options": options,
        "rows": pad_sequences(rows, **options).tolist(),
        "pairs": np.asarray(pad_sequences(pairs, **options)).tolist(),
    }


def write(folder):
    content = {
        "versions": versions(),
        "texts": TEXTS,
        "queries": QUERIES,
        "words": [
            {"options": o, "words": [text_to_word_sequence(t, **o) for t in TEXTS]} for o in WORDS
        ],
        "cases": [tokenizer_case(o) for o in CASES],
        "padding": [padded(o) for o in PADDING],
    }
    path = folder / "tokenizer.json"
    lines = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return path
