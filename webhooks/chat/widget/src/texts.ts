// Every word of the element. A council changes them by configuration, never here.

export const TEXTS = {
  launcher: "Chat with us",
  launcher_unread_one: "1 new message",
  launcher_unread_many: "{count} new messages",
  title: "EHC Hub help",
  subtitle: "Automated assistant",
  subtitle_waiting: "Waiting for a person",
  subtitle_person: "You are talking to {name}",
  a_person: "a person",
  close: "Close chat",
  menu: "More",
  menu_close: "Close",
  log: "Conversation",
  greeting:
    "Hello. I am the automated assistant for the EHC Hub.\n" +
    "I can help you register, get your security code and sign in.",
  greeting_privacy:
    "What you type is kept for 30 days so that we can help you. " +
    "Do not send passwords or details about your child.",
  privacy: "Privacy notice",
  starters: "Choose one, or type your question",
  choices: "Choices",
  choices_spoken: "Choices: {titles}",
  chosen: "chosen",
  you: "You",
  assistant: "Assistant",
  service: "Service message",
  typing: "The assistant is writing",
  working_long: "This is taking longer than usual. You can wait here or come back later. Your message is safe.",
  today: "Today",
  yesterday: "Yesterday",
  composer: "Your message",
  composer_hint: "Type your message",
  send: "Send",
  too_long: "Your message is too long by {over}. Shorten it or send it in two parts.",
  chars_left: "{left} characters left",
  sending: "Sending",
  sent: "Sent",
  sent_by_text: "Sent by text message",
  unsent: "Not sent yet. It will go when you are connected.",
  unsent_ended: "Not sent. If you start a new chat, it goes with it.",
  try_now: "Try now",
  refused: "Not sent.",
  refused_edit: "Change it",
  slow_down: "You are sending messages quickly. This one will go in a moment.",
  offline: "You are offline. You can still write. Your messages will go when you are back.",
  reconnecting: "Connecting again. Nothing is lost.",
  back: "You are connected again.",
  unavailable: "The chat cannot be reached at the moment. Your messages are kept and we keep trying.",
  ended: "This chat has ended, because 24 hours have passed or it was closed in another window.",
  not_allowed: "The chat is not available on this page.",
  start_new: "Start a new chat",
  earlier_one: "1 earlier message is shown.",
  earlier_many: "{count} earlier messages are shown.",
  new_messages: "Go to new messages",
  person: "Talk to a person",
  person_phone: "Phone",
  person_email: "Email",
  person_hours: "Opening hours",
  open_now: "Open now",
  closed_now: "Closed now, open again {when}",
  person_here: "Ask to be passed on in this chat",
  person_message: "I want to talk to a person",
  person_none: "Ask here and the assistant will tell you how to reach a person.",
  text_size: "Text size",
  text_size_1: "Normal",
  text_size_2: "Large",
  text_size_3: "Largest",
  wider: "Wider window",
  keep: "Keep this chat on this device for 24 hours",
  keep_hint: "Do not use this on a shared computer.",
  copy: "Copy the chat",
  copied: "The chat is copied.",
  copy_failed: "Your browser did not allow copying. Save the chat instead.",
  type_it: "Your browser did not allow copying. Type it in instead.",
  save: "Save the chat as a file",
  print: "Print the chat",
  transcript: "Chat with {title}",
  sms: "Continue by text message",
  sms_intro: "You can carry on by text message on any mobile phone.",
  sms_alone: "Text us on {number}. Say what you need. You can come back to this chat at any time.",
  sms_how:
    "Text the words below to {number} from your phone. This chat then goes on there: answers to " +
    "your texts come by text, and everything shows here too. The words work for 15 minutes.",
  sms_words: "Words to text",
  sms_copy: "Copy the words",
  sms_copied: "The words are copied.",
  sms_open: "Write a text to {number}",
  sms_joined:
    "The phone that ends in {ends} takes part in this chat. What you write here is answered here. " +
    "What you text is answered by text.",
  sms_leave: "Go on in this chat only",
  by_phone: "also by text, phone ending {ends}",
  phone_joined: "You can now carry on by text message, on the phone that ends in {ends}.",
  phone_left: "You are back in this chat only.",
  try_later: "That did not work just now. Try again in a moment.",
  end: "End and clear this chat",
  end_sure: "End and clear this chat?",
  end_explain: "The chat goes from this device. You cannot get it back.",
  end_yes: "End and clear",
  end_no: "Keep chatting",
  new_tab: "opens in a new tab",
  link_to: "link to {site}",
  code_entry: "Security code",
  code_entry_spoken: "A field for your security code follows.",
  code_hint: "You can paste it",
  code_send: "Check the code",
  code_empty: "Enter the code from your text message or app.",
  qr: "QR code for your authenticator app. The setup key below does the same.",
  open_app: "Open your authenticator app",
  setup_key: "Setup key",
  copy_key: "Copy the setup key",
  key_copied: "The setup key is copied.",
  secret_gone: "(no longer shown, ask for it again)",
  secret_loading: "(loading)",
  hidden_code: "code hidden",
  hidden_phone: "phone number hidden",
  hidden_email: "email address hidden",
  hidden_invitation: "invitation code hidden",
  hidden_password: "password removed",
  hidden_number: "number removed",
};

export type TextName = keyof typeof TEXTS;

/** The language of TEXTS. */
const ENGLISH = "en";
const RIGHT_TO_LEFT = /^(ar|fa|he|ku|ps|sd|ug|ur|yi)\b/i;

export class Words {
  private words!: Record<string, string>;
  private readonly followers: (() => void)[] = [];
  private told: Record<string, string> | null = null;
  private english!: string[];
  /** The language that they are in: English words on a Polish page are read out as English. */
  lang!: string;

  /** Take the words that the page says itself, and the language that it asks for. */
  constructor(
    private readonly own: Record<string, string>,
    private readonly asked: string,
  ) {
    this.use({}, ENGLISH);
  }

  /** Take the council's words for every page; the page's own win. Tells whether any changed. */
  use(told: Record<string, string>, lang: string, english: string[] = []): boolean {
    const before = JSON.stringify(this.words);
    this.told = lang === ENGLISH ? null : told;
    this.english = english;
    this.words = { ...TEXTS, ...told, ...this.own };
    const isPagesOwn = this.asked.startsWith(ENGLISH) || Object.keys(this.own).length > 0;
    this.lang = lang === ENGLISH && isPagesOwn ? this.asked : lang;
    for (const write of this.followers) write();
    return JSON.stringify(this.words) !== before;
  }

  /** The same for dates and times, which are written as people here do. */
  get locale(): string {
    return this.lang === ENGLISH ? "en-GB" : this.lang;
  }

  get dir(): "ltr" | "rtl" {
    return RIGHT_TO_LEFT.test(this.lang) ? "rtl" : "ltr";
  }

  /** The language of these words where it is not that of the others. */
  langOf(name: TextName | "starters_list"): string | null {
    const isTold = this.told && (name in this.told || name === "starters_list");
    const isMeant = name in this.own || (isTold && !this.english.includes(name));
    return isMeant || this.lang.startsWith(ENGLISH) ? null : ENGLISH;
  }

  /** Write words that stay, now and whenever there are others. */
  follow(write: () => void): void {
    this.followers.push(write);
    write();
  }

  /** The words of this name, with its `{parts}` filled in. */
  say(name: TextName, parts: Record<string, string | number> = {}): string {
    return (this.words[name] ?? TEXTS[name]).replace(/\{(\w+)\}/g, (whole, part: string) =>
      part in parts ? String(parts[part]) : whole,
    );
  }
}
