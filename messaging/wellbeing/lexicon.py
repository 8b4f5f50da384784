"""Phrases that raise a hand whatever else a text says, in the words of `features.plain`.

Written from what crisis lines publish as signs, and from how parents speak of harm. A phrase
belongs here when it is hardly ever a joke; the rest is the model's to weigh.
"""

import re
from typing import Final

_CHILD = (
    r"(?:(?:my|our|the|her|his|their|a|some|another|any|me) )?(?:little |young |foster |step )?"
    r"(?:son|sons|daughter|daughters|child|children|childs|kid|kids|boy|girl|lad|lass|baby|brother|"
    r"sister|grandson|granddaughter|grandchild|niece|nephew|teenager|toddler|student|pupil|"
    r"him|her|them|me|us|myself|himself|herself)"
)
_SELF = r"(?:my ?self|him ?self|her ?self|them ?sel(?:f|ves)|it all|our ?selves)"
_HURTS = (
    r"(?:hit|hits|hitting|hurt|hurts|hurting|beat|beats|beating|beaten|punched|punches|punching|"
    r"kicked|kicks|kicking|slapped|slaps|slapping|strangled|strangles|strangling|choked|chokes|"
    r"choking|attacked|attacks|attacking|smacked|burned|burnt|raped|molested|groomed|grooming|"
    r"touched|touching|abused|abuses|abusing|threatened|threatens|stabbed|shook|assaulted|"
    r"dragged|bit|bites|biting)"
)
_CLOSE = r"(?:husband|hubby|wife|partner|boyfriend|girlfriend|ex|son|daughter|dad|stepdad|mum|father)"

RISK: Final[tuple[re.Pattern[str], ...]] = tuple(
    re.compile(rf"\b(?:{pattern})\b")
    for pattern in (
        # to die, to end it
        rf"(?:kill|killing|hang|hanging|drown|harm|harming|hurt|hurting|cut|cuts|cutting|stab) {_SELF}",
        r"suicid\w*|self harm\w*|overdos\w*|od d",
        r"(?:end|ending|ended|take|taking) (?:my|his|her|their) (?:own )?(?:life|lives)",
        r"(?:end|ending) (?:it all|things)|thinking (?:of|about) ending it",
        r"(?:want|wants|wanted|wanting|wish|wishes|ready|going|like) (?:to )?(?:be )?(?:die|dead|dying)",
        r"wish(?:es)? (?:i|he|she|they) (?:was|were|wasnt|werent|had never been) "
        r"(?:dead|here|alive|born|never born)",
        r"(?:dont|doesnt|didnt|not|no) want(?:s|ed)? (?:to )?(?:live|be alive|exist|wake up|be here any more"
        r"|be here no more|be around any more|live any more)",
        r"(?:not|dont want to) be(?:ing)? (?:here|alive|around) (?:any more|no more|tomorrow)",
        r"thoughts? (?:of|about) (?:dying|death|not being here|killing)",
        r"better off (?:without me|dead|if i (?:was|were) (?:dead|gone))|be better (?:off )?dead",
        r"(?:no|any|see (?:the|a)|what is the|whats the) (?:reason|point) (?:to|in|of) "
        r"(?:live|living|going on|carrying on|being alive)",
        r"(?:not|isnt|is not|nt) worth (?:living|it any more)|life is(?: not|nt) worth",
        r"tired of (?:living|being alive|life)|give up on life|had enough of life",
        r"(?:jump|jumped|jumping) (?:off|in front|out|from)(?: of)?(?: (?:a|the|my|his|her))? "
        r"(?:\w+ )?(?:bridge|roof|window|train|car|lorry|building|flat|balcony)",
        # at the end of one's strength
        r"cant (?:cope|go on|carry on|take (?:any more|it any more|this any more|much more))",
        r"cant (?:do|live) (?:this|it|like this) (?:any more|any longer|no more)|cant live like this",
        r"(?:not|is not|am not) coping|breaking point|end of (?:my|me|our|the) (?:tether|rope)",
        r"(?:nervous|mental) breakdown|having a breakdown|rock bottom|wits end",
        r"cant (?:keep|look after) (?:him|her|them|my \w+|myself)(?: safe)?(?: any more| no more)?",
        # harm by or to someone
        rf"(?:{_CLOSE}|he|she|they|someone|somebody|teacher|staff|uncle|man|driver|carer|escort|ta|"
        rf"neighbours?|school|police) (?:has |have |had |is |keeps |just |always |is always |been |"
        rf"has been |physically |sexually )*{_HURTS} (?:by )?{_CHILD}",
        rf"i (?:have |just |nearly |almost |might |may |could |will |am going to |want to |lost it and )*"
        rf"(?:hit|hurt|slapped|slap|smacked|shook|shake|strangle|punched|punch|harm|kick|kicked) "
        rf"(?:{_CHILD})",
        rf"{_CHILD} (?:is |was |are |has been |have been |being |is being |got |gets )+"
        r"(?:abused|hurt|hit|beaten|molested|raped|touched|groomed|neglected|attacked|assaulted|starved)",
        rf"(?:hit|hurt|beaten|abused|threatened|attacked|raped|assaulted) by (?:my|his|her|a|the) \w+",
        r"(?:scared|afraid|frightened|terrified) of (?:my|his|her|him|our) ?(?:own )?(?:husband|partner|"
        r"ex|son|daughter|dad|mum|child|wife|father|boyfriend|teenager|stepdad)?",
        r"domestic (?:abuse|violence)|safeguarding|child protection|sexual\w* abuse\w*|raped?|"
        r"sexually assaulted",
        rf"(?:i am|we are|{_CHILD} (?:is|are)|feel|feels) (?:not|nt|never|un) ?safe",
        r"(?:not|dont feel|doesnt feel|isnt) safe (?:at|in|with|here|round)(?: \w+)? ?(?:home|house|"
        r"here|him|her|dads|mums|school)?",
        r"(?:in|immediate|real) danger|danger to (?:him|her|them|my)\w*",
        r"(?:knife|knives|scissors|gun|machete)|black eye|bruises?|bruised",
        r"(?:try|tries|tried|trying|want|wants|threatened|threatens|going) to (?:kill|strangle|stab|"
        r"hurt|harm) (?:me|him|her|us|them|himself|herself|myself|his|my|someone)",
        r"(?:will|gonna|going to|hell|shell) (?:kill|hurt) (?:me|us|him|her|himself|herself|the kids)",
        r"locked (?:me|us|him|her|my \w+) in",
        # emergencies and need
        r"call (?:the |an )?(?:police|ambulance)|need (?:the |an )?(?:police|ambulance|crisis team)",
        r"(?:is not|isnt|not|stopped) breathing|unconscious|having a (?:seizure|fit)|bleeding",
        r"(?:son|daughter|child|boy|girl|he|she) (?:is |has |has gone |gone |went )+missing",
        r"(?:taken|took|swallowed) (?:all |too many |a lot of |a load of |lots of |loads of |some )?"
        r"(?:of )?(?:my |his |her |the )?(?:tablets|pills|meds|medication|bleach|paracetamol)",
        r"no food (?:for|in)|kids (?:are )?(?:hungry|starving)|nothing to (?:eat|feed)|homeless",
        r"put (?:him|her|them|my \w+) in(?:to)? care|take (?:him|her|them) into care",
    )
)
"""Signs in English."""

FOREIGN: Final = re.compile(
    r"umrze[cć]|zabi[cć] si[eę]|samob[oó]j|mnie bije|bije mnie|mnie bij"
    r"|vreau s[aă] mor|m[aă] bate|sinucid|s[aă] m[aă] omor"
    r"|marna chaht|khud ?kushi|mujhe mar(?:ta|ti)\b|مرنا چاہ|خودکشی|مارتا ہے|مارتے ہیں"
    r"|مرنا چاہتا|انتحار|اريد ان اموت|أريد أن أموت|يضربني"
    r"|morte chai|মরতে চাই|আত্মহত্যা|আমাকে মারে|ਮਰਨਾ ਚਾਹੁੰਦ|ਖੁਦਕੁਸ਼ੀ|ਕੁੱਟਦਾ"
    r"|eisiau marw|lladd fy hun|fy nharo|хочу умереть|убить себя|бь[её]т меня|меня бь[её]т|самоубий"
    r"|хочу померти|вбити себе|б'є мене|самогуб|quiero morir|suicidar|me pega"
    r"|quero morrer|me matar|me bate|veux mourir|me tuer|me frappe|voglio morire|will sterben"
    r"|ölmek istiyorum|beni dövüyor|meg akarok halni|noriu mirti|chcem zomrieť|chci umřít"
    r"|искам да умра|мене б'є|मरना चाहत|आत्महत्या|મરવું છે|我想死|自杀|dua te vdes"
)
"""The same in other languages, searched in the lower-case text."""

JOKING: Final = re.compile(
    r"\b(?:lol|lmao|rofl|haha\w*|hehe|jk|just joking|only joking|joking aside)\b|[😂🤣😅😆🙃💀]"
)
"""Laughter. It lets the model's doubt pass, never the lexicon's certainty."""

SERIOUS: Final = re.compile(r"\b(?:not (?:joking|kidding)|no joke|serious(?:ly)?|mean it)\b")
