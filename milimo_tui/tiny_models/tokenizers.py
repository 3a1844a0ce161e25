"""Tokenizers of tiny checkpoints. Each letter or byte is one token, and the tables are in this module, so
that no files of the authors are needed.

Imports transformers, so it is only for workers and tests.
"""

from __future__ import annotations

import string
from typing import Any

LETTERS = string.ascii_letters + string.digits + string.punctuation + "éèêàâçôöäüßñåøæ’‘“”–—…"

GEMMA_SPECIALS = (
    "<pad>",
    "<eos>",
    "<bos>",
    "<unk>",
    "<mask>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<start_of_image>",
    "<end_of_image>",
    "<image_soft_token>",
)
IMAGE_BEGIN, IMAGE_END, IMAGE = (GEMMA_SPECIALS.index(f"<{name}>") for name in (
    "start_of_image",
    "end_of_image",
    "image_soft_token",
))  # fmt: skip
TURN_END = GEMMA_SPECIALS.index("<end_of_turn>")
GEMMA_WORDS = len(GEMMA_SPECIALS) + len(LETTERS) + 2

# The chat template of Gemma 3, in the format that the model was trained on. The system message is put at the
# beginning of the user's first turn, and a picture is a special token in the text. The content of a turn is a
# string or a list of parts.
GEMMA_TURNS = (
    "{{ bos_token }}"
    "{%- set opening = namespace(words='') -%}"
    "{%- for message in messages -%}"
    "{%- set said = namespace(words='') -%}"
    "{%- if message['content'] is string -%}{%- set said.words = message['content'] -%}"
    "{%- else -%}{%- for part in message['content'] -%}"
    "{%- if part['type'] == 'image' -%}{%- set said.words = said.words + '<start_of_image>' -%}"
    "{%- else -%}{%- set said.words = said.words + part['text'] -%}{%- endif -%}"
    "{%- endfor -%}{%- endif -%}"
    "{%- if message['role'] == 'system' -%}{%- set opening.words = said.words + '\n\n' -%}"
    "{%- else -%}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else 'user') + '\n' }}"
    "{{ opening.words + said.words | trim }}{{ '<end_of_turn>\n' }}"
    "{%- set opening.words = '' -%}"
    "{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<start_of_turn>model\n' }}{%- endif -%}"
)

FOURTH_TURNS = (
    "{{ bos_token }}"
    "{%- for message in messages -%}"
    "{{ '<|turn>' + ('model' if message['role'] == 'assistant' else message['role']) + '\n' }}"
    "{{ message['content'] | trim }}{{ '<turn|>\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|turn>model\n' }}{%- endif -%}"
)
# The tokens at the beginning and end of a turn in Gemma 4. They come after all other tokens of the
# vocabulary.
FOURTH_MARKS = ("<|turn>", "<turn|>")
FOURTH_END = GEMMA_WORDS + 1
FOURTH_WORDS = GEMMA_WORDS + len(FOURTH_MARKS)

QWEN_SPECIALS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
QWEN_WORDS = len(QWEN_SPECIALS) + 256
QWEN_TURNS = (
    "{%- for message in messages -%}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\n' }}{%- endif -%}"
)

QWEN_SIGHTS = ("<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>")
# The number of the first picture token. Picture tokens come after all other tokens of the vocabulary.
QWEN_SIGHT = QWEN_WORDS

MISTRAL_SPECIALS = (
    "<unk>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[IMG]",
    "[IMG_BREAK]",
    "[IMG_END]",
    "<pad>",
)
MISTRAL_WORDS = len(MISTRAL_SPECIALS) + 256
MISTRAL_IMAGE = MISTRAL_SPECIALS.index("[IMG]")
MISTRAL_PAD = MISTRAL_SPECIALS.index("<pad>")
# The chat template of Mistral. The content of a turn is a list of parts, and the system message has its own
# special tokens.
MISTRAL_TURNS = (
    "{{ bos_token }}"
    "{%- for message in messages -%}"
    "{%- set said = namespace(words='') -%}"
    "{%- for part in message['content'] -%}"
    "{%- set said.words = said.words + (part['text'] if part['type'] == 'text' else '[IMG]') -%}"
    "{%- endfor -%}"
    "{%- set mark = 'SYSTEM_PROMPT' if message['role'] == 'system' else 'INST' -%}"
    "{{ '[' + mark + ']' + said.words + '[/' + mark + ']' }}"
    "{%- endfor -%}"
)

CLIP_SPECIALS = ("<|startoftext|>", "<|endoftext|>")
CLIP_WORDS = len(CLIP_SPECIALS) + 2 * 256


def _list_byte_symbols() -> tuple[str, ...]:
    """Return the 256 characters that stand for bytes in byte-level vocabularies (GPT-2's table)."""
    from tokenizers.pre_tokenizers import ByteLevel

    return tuple(sorted(ByteLevel.alphabet()))


def _number_tokens(*tokens: str) -> dict[str, int]:
    return {token: number for number, token in enumerate(tokens)}


def build_gemma3_tokenizer() -> Any:
    """Build the tokenizer of Gemma 3, with a token for each letter. Other characters become `<unk>`. Padding
    is on the left, because a chat model continues the text at its end.
    """
    from transformers import GemmaTokenizer

    words = GemmaTokenizer(
        vocab=_number_tokens(*GEMMA_SPECIALS, *LETTERS, "▁", "\n"),
        merges=[],
        add_bos_token=True,
        extra_special_tokens={
            "boi_token": "<start_of_image>",
            "eoi_token": "<end_of_image>",
            "image_token": "<image_soft_token>",
        },
        additional_special_tokens=["<start_of_turn>", "<end_of_turn>"],
    )
    words.chat_template = GEMMA_TURNS
    return words


def build_gemma4_tokenizer() -> Any:
    """Build the tokenizer of Gemma 4. It has the same letters as Gemma 3, but other tokens for turns."""
    from transformers import GemmaTokenizer

    words = GemmaTokenizer(
        vocab=_number_tokens(*GEMMA_SPECIALS, *LETTERS, "▁", "\n", *FOURTH_MARKS),
        merges=[],
        add_bos_token=True,
        additional_special_tokens=list(FOURTH_MARKS),
    )
    words.chat_template = FOURTH_TURNS
    return words


def build_qwen_tokenizer(*, sees: bool = False) -> Any:
    """Build the tokenizer of FLUX.2 klein, which has the class of Qwen 2, with a token for each byte. With
    `sees`, add the picture tokens.
    """
    from transformers import Qwen2Tokenizer

    words = Qwen2Tokenizer(
        vocab=_number_tokens(*QWEN_SPECIALS, *_list_byte_symbols(), *(QWEN_SIGHTS if sees else ())),
        merges=[],
        additional_special_tokens=[*QWEN_SPECIALS[1:], *(QWEN_SIGHTS if sees else ())],
    )
    words.chat_template = QWEN_TURNS
    return words


def build_mistral_processor() -> Any:
    """Build the Pixtral processor that reads the prompts of FLUX.2 dev, with a token for each byte. Padding
    is on the left, as in Mistral.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PixtralImageProcessor, PixtralProcessor, PreTrainedTokenizerFast

    signs = Tokenizer(models.BPE(vocab=_number_tokens(*MISTRAL_SPECIALS, *_list_byte_symbols()), merges=[]))
    signs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    signs.decoder = decoders.ByteLevel()
    words = PreTrainedTokenizerFast(
        tokenizer_object=signs,
        unk_token="<unk>",
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        additional_special_tokens=list(MISTRAL_SPECIALS[3:-1]),
        padding_side="left",
    )
    eyes = PixtralImageProcessor(size={"longest_edge": 28}, patch_size={"height": 14, "width": 14})
    return PixtralProcessor(eyes, words, patch_size=14, spatial_merge_size=2, chat_template=MISTRAL_TURNS)


def build_clip_tokenizer(length: int) -> Any:
    """Build the tokenizer of SAM 3, which has the class of CLIP. It has two tokens for each byte: inside a
    word, and at the end of a word. `length` is the largest number of tokens.
    """
    from transformers import CLIPTokenizer

    signs = _list_byte_symbols()
    return CLIPTokenizer(
        vocab=_number_tokens(*CLIP_SPECIALS, *signs, *(f"{sign}</w>" for sign in signs)),
        merges=[],
        model_max_length=length,
    )
