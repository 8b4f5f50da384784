// Server-sent events read from a fetch, since the browser's own EventSource can send no header.

export interface ServerEvent {
  id: string;
  name: string;
  data: string;
}

/** Takes the stream in pieces of any size and gives out whole events. */
export class EventParser {
  private rest = "";
  private event: ServerEvent = { id: "", name: "message", data: "" };

  feed(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = this.line(line.replace(/\r$/, ""));
      if (event) events.push(event);
    }
    return events;
  }

  private line(line: string): ServerEvent | null {
    if (line === "") {
      const done = this.event;
      this.event = { id: "", name: "message", data: "" };
      return done.data ? done : null;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") this.event.id = value;
    if (field === "event") this.event.name = value;
    if (field === "data") this.event.data += (this.event.data ? "\n" : "") + value;
    return null;
  }
}
