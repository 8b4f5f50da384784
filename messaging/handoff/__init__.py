"""A person takes over: who speaks in a conversation, and what goes to and fro with the helpdesk.

What is where:

    switchboard        bot or person? `states` and `board` hold it, `plans` change it
    ├── offers         the assistant has it: a person is offered (`consent`, `phrases`)
    ├── escalation     from the assistant to people: a case (`cases`), new or open
    └── with_people    people have it: what the parent writes is passed to them
    deskwork           the helpdesk (`desk`), by the clock
    ├── outgoing       to it: what was `passed`, kept in `relays`; a case begins as a `ticket`
    ├── collector      its news, asked for; kept in the `inbox`, as what it tells by itself
    ├── incoming       its news, dealt with: `agent_replies`, `closing` (`crossing`)
    └── timekeeper     what is due (`pace`)
"""
