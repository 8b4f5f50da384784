// What crosses the line between the element and its server; docs/webchat.md is the contract.

export type Author = "parent" | "assistant" | "person" | "service";

export interface Choice {
  id: string;
  title: string;
}

/** What a message shows besides its words; values are `__vault_<reference>__`. */
export interface Extras {
  /** The language of the words where it is not English, as in `lang` attributes. */
  lang?: string;
  qr?: string;
  setup_key?: string;
  input?: string;
  /** "sms" on a parent's own message that came by text. */
  way?: string;
}

export interface LogMessage {
  /** Rises by one conversation's every message; the cursor. */
  id: number;
  at: string;
  author: Author;
  /** Who speaks, when it is a person. */
  name: string | null;
  text: string;
  choices: Choice[];
  extras: Extras;
  /** Set on the parent's own messages: the id that this or another tab made. */
  client_id: string | null;
}

export interface ChatState {
  speaker: "assistant" | "waiting" | "person";
  name: string | null;
  /** A message of the parent is being answered. */
  working: boolean;
  /** The last three digits of the phone that has joined by text. */
  phone: string | null;
}

export interface Page {
  messages: LogMessage[];
  /** Absent when nothing about it has changed. */
  state: ChatState | null;
  /** More messages lie behind the last one. */
  more: boolean;
}

export interface Session {
  token: string;
  expires_at: string;
}

export interface Accepted {
  id: number;
  at: string;
  text: string;
}

/** What a phone has to text to join the conversation. */
export interface PhoneOffer {
  words: string;
  expires_at: string;
}

/** What stands behind a placeholder; the value is null when it can no longer be shown. */
export interface SecretAnswer {
  value: string | null;
  qr: Secret["qr"];
}

export interface Secret {
  value: string;
  qr: { size: number; path: string } | null;
}

export interface Contact {
  phone: string | null;
  email: string | null;
  hours: string | null;
  /** Whether people are there now; null where no hours are set. */
  open: boolean | null;
  /** When they are there again. */
  back: string | null;
}

export interface Config {
  texts: Record<string, string>;
  /** The language of `texts`; English where the council has none in the one that was asked for. */
  lang: string;
  /** The names of those that are English all the same; `starters_list` for the starters. */
  english: string[];
  starters: string[];
  contact: Contact;
  privacy_url: string | null;
  sms_number: string | null;
  notice: string | null;
  message_max_chars: number;
}
