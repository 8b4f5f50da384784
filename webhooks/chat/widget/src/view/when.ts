// Times as a person reads them, in the language of the chat.

export function clockTime(at: string, lang: string): string {
  return new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** The day for a separator: words for today and yesterday, else the date. */
export function dayName(at: string, lang: string, today: string, yesterday: string): string {
  const day = dayOf(new Date(at));
  const now = new Date();
  if (day === dayOf(now)) return today;
  now.setDate(now.getDate() - 1);
  if (day === dayOf(now)) return yesterday;
  const parts = { weekday: "long", day: "numeric", month: "long" } as const;
  return new Intl.DateTimeFormat(lang, parts).format(new Date(at));
}

/** A moment of the coming days, in the council's own time. */
export function openingTime(at: string, lang: string): string {
  const parts = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(lang, { ...parts, timeZone: "Europe/London" }).format(new Date(at));
}

export function dayOf(date: Date): string {
  return date.toDateString();
}
