"""Texts: the same in both languages, within their limits, in our voice; and Korean particles that fit any word."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

import pytest
import tomli
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core import errors
from bot.i18n import LOCALES_DIR, Bilingual, Locale, Texts, texts, with_particle

ROOT = Path(__file__).parent.parent
KOREAN_ONLY = re.compile(r"\.command\.\w+\.(word$|word_of\.)")
KEYS = sorted(texts(Locale.EN).keys() & texts(Locale.KO).keys())
BUTTON_CHARACTERS, DESCRIPTION_CHARACTERS, TOAST_UNITS = 80, 100, 200


def _template(locale: Locale, key: str) -> str:
    """Return a text with its slots as they are written."""
    slots = {name: "{" + name + "}" for name in _slots(locale, key)}
    return texts(locale)(key, **slots)


def _raw(locale: Locale) -> dict[str, str]:
    def flat(table: dict[str, object], prefix: str) -> Iterator[tuple[str, str]]:
        for name, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{prefix}.{name}")
            else:
                yield f"{prefix}.{name}", str(value)

    files = sorted((LOCALES_DIR / locale.value).glob("*.toml"))
    return {key: text for file in files for key, text in flat(tomli.loads(file.read_text("utf-8")), file.stem)}


RAW = {locale: _raw(locale) for locale in Locale}


def _slots(locale: Locale, key: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(RAW[locale][key]) if name is not None}


def _without_plurals(keys: Iterable[str]) -> set[str]:
    return {re.sub(r"\.(one|other)$", "", key) for key in keys}


# both languages


def test_both_languages_hold_the_same_keys() -> None:
    korean = {key for key in RAW[Locale.KO] if not KOREAN_ONLY.search(key)}
    assert _without_plurals(korean) == _without_plurals(RAW[Locale.EN])


def test_every_text_is_a_text_and_not_empty() -> None:
    for locale in Locale:
        assert [key for key, text in RAW[locale].items() if not text.strip()] == []
        assert texts(locale).keys() == set(RAW[locale])


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_fill_the_same_slots(key: str) -> None:
    assert _slots(Locale.EN, key) == _slots(Locale.KO, key)


def test_slots_are_plain_names_and_known_particles() -> None:
    for locale in Locale:
        for key in RAW[locale]:
            assert all(name.isidentifier() for name in _slots(locale, key)), key
            assert _template(locale, key), key


def test_no_text_shouts() -> None:
    loud = [(locale, key) for locale in Locale for key, text in RAW[locale].items() if re.search("[!！]", text)]
    assert loud == []


def test_korean_sentences_are_polite_and_warm() -> None:
    """해요체: no sentence ends in the formal or the plain style, and nobody is ordered about."""
    formal = re.compile(r"(습니다|입니다|습니까|십시오|당신)")
    ends = re.compile(r"\S+[다까오라](?=[.?])")
    assert [key for key, text in RAW[Locale.KO].items() if formal.search(text) or ends.search(text)] == []


def test_korean_texts_leave_particles_to_the_words_before_them() -> None:
    """A slot followed by a bare particle is wrong for half of all words; `{name:을}` is right for all."""
    bare = re.compile(r"\}(은|는|이|가|을|를|과|와|으로|로|이에요|예요|이라|라)(?![가-힣])")
    assert [key for key, text in RAW[Locale.KO].items() if bare.search(text)] == []


# limits


def test_descriptions_fit_every_platform() -> None:
    described = re.compile(r"\.command\.\w+\.(description$|option\.)")
    for locale in Locale:
        long = [k for k, text in RAW[locale].items() if described.search(k) and len(text) > DESCRIPTION_CHARACTERS]
        assert long == []


def test_labels_of_choices_fit_every_platform() -> None:
    for locale in Locale:
        long = [k for k, text in RAW[locale].items() if k.startswith("choices.") and len(text) > DESCRIPTION_CHARACTERS]
        assert long == []


@pytest.mark.parametrize("locale", Locale)
def test_what_goes_wrong_is_told_in_one_short_line(locale: Locale) -> None:
    """Refusals are toasts under public messages; Telegram shows 200 units."""
    for key in (key for key in RAW[locale] if key.startswith("errors.")):
        slots = dict.fromkeys(_slots(locale, key), "가" * 40)
        told = texts(locale)(key, **slots)
        assert "\n" not in told
        assert len(told) <= TOAST_UNITS


@pytest.mark.parametrize("error", errors.Told.__subclasses__(), ids=lambda error: error.__name__)
@pytest.mark.parametrize("locale", Locale)
def test_every_refusal_has_its_sentence(error: type[errors.Told], locale: Locale) -> None:
    described = set(re.findall(r"`(\w+)`", error.__doc__ or ""))
    assert texts(locale)(error.key, **dict.fromkeys(described, "x"))
    assert _slots(locale, error.key) == described


# what the code asks for


def _asked_for() -> Iterator[tuple[str, ast.Call, str]]:
    """Yield every look-up of a text by a literal key: file and line, the call, the key."""
    for folder in ("bot", "cogs"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                    continue
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                key = node.args[0].value
                if name in ("t", "_t", "text") and isinstance(key, str) and re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", key):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node, key


ASKED_FOR = list(_asked_for())


def test_the_search_for_look_ups_finds_them() -> None:
    assert {"kit.mine", "errors.unexpected", "help.title"} <= {key for _, _, key in ASKED_FOR}


@pytest.mark.parametrize("locale", Locale)
def test_every_text_that_the_code_asks_for_exists(locale: Locale) -> None:
    assert [f"{where}: {key}" for where, _, key in ASKED_FOR if key not in texts(locale)] == []


@pytest.mark.parametrize("locale", Locale)
def test_every_slot_is_filled_where_the_text_is_asked_for(locale: Locale) -> None:
    def lacking(call: ast.Call, key: str) -> set[str]:
        given = {keyword.arg for keyword in call.keywords}
        forms = [form for form in (key, f"{key}.one", f"{key}.other") if form in RAW[locale]]
        return set() if None in given else {slot for form in forms for slot in _slots(locale, form)} - given

    assert [f"{where}: {key} {slots}" for where, call, key in ASKED_FOR if (slots := lacking(call, key))] == []


def test_every_text_on_a_button_fits_a_button() -> None:
    on_buttons = set()
    for file in [*(ROOT / "cogs").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]:
        on_buttons |= set(re.findall(r"Button\(\s*(?:ctx|self)\._?t\(\"([a-z_.]+)\"", file.read_text(encoding="utf-8")))
    assert {"help.try", "kit.mine", "start.new_here"} <= on_buttons
    for locale in Locale:
        assert [key for key in on_buttons if len(RAW[locale][key]) > BUTTON_CHARACTERS] == []


# looking up


@pytest.fixture
def some() -> Texts:
    return Texts(
        Locale.KO,
        {
            "a.plain": "그대로",
            "a.slot": "{who}의 {what:을} {where:으로}",
            "a.books.one": "책 한 권",
            "a.books.other": "책 {count}권",
            "a.only.other": "{count}개",
        },
    )


def test_slots_and_particles_are_filled(some: Texts) -> None:
    assert some("a.slot", who="민수", what="책", where="서울") == "민수의 책을 서울로"


def test_a_plural_is_chosen_by_its_count(some: Texts) -> None:
    assert some("a.books", count=1) == "책 한 권"
    assert some("a.books", count=0) == "책 0권"
    assert some("a.books", count=2) == "책 2권"
    assert some("a.only", count=1) == "1개"
    assert "a.books" in some
    assert "a.book" not in some


@given(st.text(), st.text(), st.text())
@example("{what}", "{who}", "{0} }{ {{where}}")
def test_values_are_never_read_as_slots(who: str, what: str, where: str) -> None:
    one = Texts(Locale.KO, {"a.b": "{who}|{what:을}|{where:으로}"})
    said = one("a.b", who=who, what=what, where=where)
    assert said in {f"{who}|{what}{o}|{where}{d}" for o in ("을", "를") for d in ("으로", "로")}


def test_numbers_and_other_values_are_written_out(some: Texts) -> None:
    assert some("a.slot", who=1, what=2.5, where=Locale.KO) == "1의 2.5를 ko로"


@pytest.mark.parametrize("key", ["a.nothing", "a", "", "a.slot"])
def test_a_missing_text_or_value_is_a_programming_error(some: Texts, key: str) -> None:
    with pytest.raises(KeyError):
        some(key)


CODES: dict[Locale, list[str | None]] = {
    Locale.KO: ["ko", "ko-KR", "KO_kr"],
    Locale.EN: ["en", "en-US", "fr", "kok", "-", "", None],
}


@pytest.mark.parametrize(("code", "locale"), [(code, locale) for locale, codes in CODES.items() for code in codes])
def test_a_clients_language_is_one_of_ours_or_english(code: str | None, locale: Locale) -> None:
    assert Locale.of(code) is locale


def test_an_unknown_language_is_the_houses_own() -> None:
    assert Locale.of("fr", Locale.KO) is Locale.of(None, Locale.KO) is Locale.KO
    assert Locale.of("en", Locale.KO) is Locale.EN


def test_a_bilingual_text_speaks_both() -> None:
    assert [Bilingual("가", "a")(locale) for locale in (Locale.KO, Locale.EN)] == ["가", "a"]
    assert Bilingual.same("CS231n") == Bilingual("CS231n", "CS231n")


# particles

OPEN, RIEUL, CLOSED = ("는", "가", "를", "와", "로"), ("은", "이", "을", "과", "로"), ("은", "이", "을", "과", "으로")
WORDS = {
    OPEN: """
        기초 자료 확률과통계 「기초」 '기초' 기초… 기초(입문) 기초(RL) 기초👩‍🏫
        NLP GPT ChatGPT BERT ViT VAE API CV GANs LLMs LoRA YOLO MNIST DQN-2
        transformer Transformer PyTorch NumPy TensorFlow agent GitHub arXiv DeepSeek prompt
        2 4 5 9 2.5 GPT-4 CS224 8-bit C++ é α 学習
    """,
    RIEUL: """
        확률 서울 모델 「모델」 모델(model) RL ML SQL VR OCR R
        Kaggle Google model kernel ensemble 1 7 8 T8 １
    """,
    CLOSED: """
        강화학습 논문 책 딥러닝 강화학습(RL) 강화학습（RL） 《논문》 “논문” 논문]
        CNN RNN LLM LSTM GAN SVM CS231n PaLM DBSCAN CLIP UMAP
        Python diffusion attention machine game learning Gym ResNet U-Net word2vec
        chatbot bootstrap topic feedback notebook dropout Colab fine-tune LightGBM
        0 3 6 10 100 2.0 GAN-3
    """,
}


@pytest.mark.parametrize(
    ("word", "ends"),
    [(word, ends) for ends, words in WORDS.items() for word in words.split()],
    ids=lambda value: str(value),
)
def test_particles_follow_how_a_word_is_read(word: str, ends: tuple[str, ...]) -> None:
    said = tuple(with_particle(word, particle) for particle in ("은", "이", "을", "과", "으로"))
    assert said == tuple(word + end for end in ends)


@pytest.mark.parametrize(
    ("word", "said"), [("책", ("책이에요", "책이라", "책이나")), ("자료", ("자료예요", "자료라", "자료나"))]
)
def test_longer_particles_shorten_after_a_vowel(word: str, said: tuple[str, ...]) -> None:
    assert tuple(with_particle(word, particle) for particle in ("이에요", "이라", "이나")) == said


@given(st.text() | st.text(alphabet="() !.,[]\"'", max_size=5000))
def test_any_word_takes_a_particle(word: str) -> None:
    assert with_particle(word, "을") in (word + "을", word + "를")


@given(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3))
def test_every_syllable_is_heard_as_it_is_written(syllable: str) -> None:
    closed = len(unicodedata.normalize("NFD", syllable)) == 3
    assert with_particle(syllable, "은") == syllable + ("은" if closed else "는")
    assert with_particle(unicodedata.normalize("NFD", syllable), "은").endswith("은" if closed else "는")
