"""Sentences with which a language model refuses a request, or talks about its answer instead of answering."""

from __future__ import annotations

import re
from collections.abc import Iterator

from milimo_tui.core.late_patterns import compile_lazily

# Sentences with which language models refuse a request, or talk about it instead of answering.
_REFUSALS = compile_lazily(
    r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b"
    r"|\bi(?:['’]m| am) (?:(?:very|so|really) )?sorry\b|\bi apologi[sz]e\b|\bmy apologies\b"
    r"|\bi(?:['’]m| am) (?:unable|not able|not allowed|not permitted|not comfortable)\b"
    r"|\bi (?:can(?:no|['’])t|can not|won['’]t|will not|could not|must decline|would rather not|refuse)\b"
    r"|\b(?:against|violates?) (?:my|our|the) (?:[\w-]+ )?(?:guidelines|policy|policies|programming)\b"
    r"|\b(?:content|usage|safety) (?:policy|policies|guidelines)\b"
    r"|\bi (?:need|require) more (?:information|context|details)\b"
    r"|\bcould you (?:please )?(?:provide|clarify)\b"
    r"|\b(?:assist|comply|help) with (?:this|that|your) request\b|\bi (?:do not|don['’]t) feel comfortable\b"
    r"|^\W*(?:sorry|unfortunately)\b"
    # German and Dutch
    r"|\bes tut mir leid\b|\bentschuldig(?:ung|en sie)\b"
    r"|\b(?:ich kann|kann ich|ich darf|darf ich)\b.{0,80}\bnicht\b"
    r"|\bhet spijt me\b|\b(?:ik kan|kan ik|ik mag)\b.{0,80}\b(?:niet|geen)\b"
    # French, Spanish, Portuguese and Italian
    r"|\bje (?:suis (?:désolée?|navrée?)|ne (?:peux|puis)\b)|^\W*désolée?\b"
    r"|\blo siento\b|\bno puedo\b|^\W*lamentablemente\b"
    r"|\bsinto muito\b|\bdesculpe\b|\bnão (?:posso|consigo)\b"
    r"|\bmi dispiace\b|\bnon (?:posso|sono in grado)\b"
    # Scandinavian languages, Turkish, Polish, Russian and Ukrainian
    r"|\bjag kan (?:tyvärr )?inte\b|\btyvärr kan jag\b|\bjeg kan (?:dessverre |desværre )?ikke\b|\bbeklager\b"
    r"|\büzgünüm\b|\bözür dilerim\b|\bprzykro mi\b|\bnie mogę\b|\bprzepraszam\b"
    r"|\bмне (?:очень )?жаль\b|\bя не (?:могу|буду)\b|^\W*(?:извините|простите|к сожалению)\b"
    r"|\bя не можу\b|^\W*вибачте\b"
    # Chinese, Japanese, Korean, Arabic and Hindi
    r"|抱歉|对不起|對不起|我(?:无法|無法|不能)|申し訳(?:あり|ござい)ません|できません"
    r"|죄송합니다|할 수 없습니다|عذر[ًا]|آسف|لا أستطيع|لا يمكنني|क्षमा करें|माफ़ करें",
    re.IGNORECASE,
)
# Words with which language models address the user before or after their answer.
_CHAT = compile_lazily(
    r"^\W*(?:(?:sure|certainly|of course|absolutely|okay|ok|all ?right|gladly|understood|got it|no problem"
    r"|gerne|natürlich|selbstverständlich|klar|bien sûr|certainement|d['’]accord|voilà|claro|por supuesto"
    r"|com certeza|certo|certamente|natuurlijk|oczywiście|jasne|конечно|хорошо)(?: thing)?\s*[!,.:—–-]\s"
    r"|(?:好的|当然|當然|没问题|はい|もちろん|承知しました|물론입니다|물론|네)[!！,，。.、:：])"
    r"|^\W*[^.!?\n]{0,60}\b(?:here(?:['’]s| is| are)|this is|hier ist|voici|aquí (?:tienes|está)|aqui está"
    r"|ecco|hier is|oto|вот)\b[^.!?\n]{0,60}\b(?:prompt|description|version|rewrite|rewording|answer"
    r"|beschreibung|descripción|descrição|descrizione|beschrijving|opis|описание|промпт|вариант)\b[^.!?\n]{0,60}:(?:\W|$)"
    r"|^\W*(?:以下は|以下是|这是|다음은)[^。\n]{0,60}[:：]"
    r"|^\W*(?:(?:the |your )?(?:final |new |revised |rewritten |rewrite |enhanced |improved |video |image )*"
    r"(?:prompt|output|answer|response|rewrite))\W{0,3}:"
    r"|(?:^|[.!?]\s+)\W*(?:title|description|(?:negative )?prompt|note):\s"
    r"|\bas (?:you )?(?:requested|asked|instructed)\b"
    r"|\bignore (?:the|all|any) (?:above|previous|other)\b"
    r"|(?:^|[.!?]\s+)\W*(?:please )?(?:write|generate|create|produce|render|draw) (?:me )?(?:an?|the)"
    r" (?:[\w-]+ ){0,3}(?:prompts?|videos?|clips?|images?|pictures?|shots?|scenes?|stills?)\b"
    r"|\blet me know (?:if|when|what|whether)\b|\bi hope (?:this|that|it|you)\b|\bfeel free to\b"
    r"|\bwould you like me to\b|</?think(?:ing)?>",
    re.IGNORECASE,
)


def find_model_talk(text: str) -> Iterator[str]:
    """Yield a sentence for a refusal and for words to the user in an answer. `text` has no quoted speech."""
    if found := _REFUSALS.search(text):
        yield f"the model refuses to answer (“{found[0]}”)"
    if found := _CHAT.search(text):
        yield f"it has words to the user (“{found[0].strip()}”)"
