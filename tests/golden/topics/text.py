"""text.json: what TextVectorization makes of awkward English and Chinese texts."""

import json

import keras
import numpy as np
from keras.layers import TextVectorization

from topics.store import versions

TEXTS = [
    "",
    " ",
    "The quick brown Fox",
    "don't stop -- it's John's e-mail, isn't it?",
    "snake_case and kebab-case; CamelCase!",
    "tab\tnew\nline\r\nreturn \x0b vertical \x0c form",
    "  several   spaces  ",
    "no\u00a0break\u00a0space",
    "ideographic\u3000space\u3000\u3000twice",
    "zero\u200bwidth \u200b joiner\u200d mark\ufeff",
    "thin\u2009em\u2003line\u2028paragraph\u2029next\u0085line",
    "separators\x1cfile\x1dgroup\x1erecord\x1funit",
    "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'",
    "...",
    "a.b,c;d:e",
    "1,234.56 + 7% = $8 #9",
    "\u00c9cole \u00c0 \u00e9t\u00e9 NA\u00cfVE",
    "E\u0301cole combining",
    "Stra\u00dfe STRASSE \u1e9e",
    "\u0130stanbul I\u011fd\u0131r ISTANBUL",
    "\u039f\u0394\u039f\u03a3 \u03bf\u03b4\u03cc\u03c2 \u03a3",
    "\u0416\u0418\u0417\u041d\u042c \u0436\u0438\u0437\u043d\u044c",
    "\uff28\uff25\uff2c\uff2c\uff2f\uff01 \uff41\uff22\uff43\uff0c\uff11\uff12",
    "\u4eca\u5929\u5929\u6c14\u5f88\u597d\uff0c\u6211\u4eec\u53bb\u516c\u56ed\u5427\uff01",
    "\u6211 \u7231 \u5317\u4eac \u5929\u5b89\u95e8\u3002",
    "\u201c\u4f60\u597d\u201d\uff1f\u300a\u4e66\u300b\u3001\u3010\u62ec\u53f7\u3011\u2026\u2014",
    "iPhone15\u624b\u673aPro Max\u5f88\u8d35",
    "\u201ccurly\u201d \u2018quotes\u2019 don\u2019t \u2013 en \u2014 em\u2026",
    "emoji \U0001f600\U0001f44d\U0001f3fd family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\ud55c\uad6d\uc5b4 \u65e5\u672c\u8a9e\u30c6\u30b9\u30c8 \u0e44\u0e17\u0e22",
    "\u0645\u0631\u062d\u0628\u0627\u060c \u05e9\u05dc\u05d5\u05dd",
    "same same SAME Same",
    "[UNK] unk [unk]",
    "<b>bold</b>&nbsp;text",
    "C++ C# .NET node.js",
    "a' 'b '' c'd",
]

DOCUMENTS = [
    "the cat sat on the mat",
    "The dog sat on the log!",
    "a cat, a dog; a bird",
    "don't feed the bird",
    "\u6211 \u7231 \u732b",
    "\u6211 \u7231 \u72d7",
    "\u00c9cole \u00e9cole zebra Zebra",
    "",
]

QUERIES = [
    "the cat",
    "The unknown dog sat on a very long log today",
    "",
    "\u6211 \u7231 \u9c7c",
    "the the the cat cat",
    "\u00e9cole \u00c9COLE",
    "!!!",
    "bird [UNK] zebra",
]

STANDARDIZE = [None, "lower", "strip_punctuation", "lower_and_strip_punctuation"]
SPLIT = [None, "whitespace", "character"]
NGRAMS = [None, 1, 2, 3, (2,), (1, 3), (3, 1)]

CONFIGS = {
    "default": {},
    "max_tokens": {"max_tokens": 8},
    "max_tokens_three": {"max_tokens": 3},
    "padded": {"output_sequence_length": 6},
    "truncated": {"output_sequence_length": 2},
    "no_standardize": {"standardize": None},
    "lower": {"standardize": "lower"},
    "strip_punctuation": {"standardize": "strip_punctuation"},
    "character": {"split": "character", "output_sequence_length": 8},
    "no_split": {"split": None},
    "bigrams": {"ngrams": 2},
    "one_and_three_grams": {"ngrams": (1, 3), "output_sequence_length": 7},
    "multi_hot": {"output_mode": "multi_hot"},
    "multi_hot_max_tokens": {"output_mode": "multi_hot", "max_tokens": 6},
    "multi_hot_padded": {"output_mode": "multi_hot", "max_tokens": 40, "pad_to_max_tokens": True},
    "count": {"output_mode": "count"},
    "count_max_tokens": {"output_mode": "count", "max_tokens": 6},
    "count_bigrams": {"output_mode": "count", "ngrams": 2, "max_tokens": 12},
    "tf_idf": {"output_mode": "tf_idf"},
    "tf_idf_max_tokens": {"output_mode": "tf_idf", "max_tokens": 6},
    "tf_idf_padded": {"output_mode": "tf_idf", "max_tokens": 40, "pad_to_max_tokens": True},
}


def decoded(tokens):
    """Strings out of the bytes of a (ragged) string tensor, nested as it is."""
    rows = tokens.to_list() if hasattr(tokens, "to_list") else tokens.numpy().tolist()

    def text(row):
        return [text(r) for r in row] if isinstance(row, list) else row.decode("utf-8")

    return text(rows)


def preprocess(texts, standardize, split, ngrams=None):
    layer = TextVectorization(standardize=standardize, split=split, ngrams=ngrams)
    return decoded(layer._preprocess(np.array(texts, dtype=object)))


def standardized():
    return [{"standardize": s, "texts": preprocess(TEXTS, s, None)} for s in STANDARDIZE]


def split():
    return [
        {"standardize": standardize, "split": how, "tokens": preprocess(TEXTS, standardize, how)}
        for standardize in (None, "lower_and_strip_punctuation")
        for how in ("whitespace", "character")
    ]


def ngrams():
    texts = ["a b c d", "a b", "a", ""]
    return [
        {"ngrams": n, "split": how, "texts": texts, "tokens": preprocess(texts, None, how, n)}
        for n in NGRAMS
        for how in ("whitespace", "character")
    ]


def adapted(case, options):
    """The vocabulary that adapt makes of DOCUMENTS, and the outputs for QUERIES."""
    keras.backend.clear_session()
    layer = TextVectorization(**options)
    layer.adapt(DOCUMENTS)
    result = {"case": case, "config": layer.get_config(), "vocabulary": vocabulary_of(layer)}
    if options.get("output_mode") == "tf_idf":
        result["idf_weights"] = numbers(layer._lookup_layer.idf_weights_const)
    output = layer(np.array(QUERIES, dtype=object))
    return {**result, **output_of(output)}


def vocabulary_of(layer):
    return [str(token) for token in layer.get_vocabulary()]


def numbers(array):
    return [round(float(value), 7) for value in np.asarray(array)]


def output_of(output):
    array = np.asarray(output)
    whole = array.dtype.kind == "i"
    rows = array.tolist() if whole else [numbers(row) for row in array]
    return {"dtype": array.dtype.name, "shape": list(array.shape), "output": rows}


def given_vocabulary():
    """A vocabulary that is set, not learned."""
    words = ["earth", "wind", "and", "fire"]
    queries = ["Earth and fire", "water wind", ""]
    cases = []
    for options in (
        {},
        {"max_tokens": 6},
        {"output_sequence_length": 5},
        {"output_mode": "multi_hot"},
        {"output_mode": "count"},
        {"output_mode": "tf_idf", "idf_weights": [0.5, 1.0, 0.25, 2.0]},
    ):
        keras.backend.clear_session()
        layer = TextVectorization(vocabulary=words, **options)
        output = layer(np.array(queries, dtype=object))
        cases.append(
            {
                "options": options,
                "vocabulary": vocabulary_of(layer),
                "texts": queries,
                **output_of(output),
            }
        )
    return cases


def ties():
    """Vocabularies of documents whose words are equally frequent."""
    groups = [
        ["b a d c"],
        ["a b B A aa ab"],
        ["\u732b \u72d7 cat \u00e9 zoo Z"],
        ["x y", "y x", "z"],
        ["10 9 1 2 11"],
        ["one two two three three three"],
    ]
    found = []
    for documents in groups:
        layer = TextVectorization(standardize=None)
        layer.adapt(documents)
        found.append({"documents": documents, "vocabulary": vocabulary_of(layer)})
    return found


def write(folder):
    import tensorflow as tf

    content = {
        "versions": {**versions(), "tensorflow": tf.__version__},
        "texts": TEXTS,
        "standardize": standardized(),
        "split": split(),
        "ngrams": ngrams(),
        "ties": ties(),
        "documents": DOCUMENTS,
        "queries": QUERIES,
        "adapt": [adapted(case, options) for case, options in CONFIGS.items()],
        "given_vocabulary": given_vocabulary(),
    }
    path = folder / "text.json"
    lines = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return path
