// Puts a screen reader's model into a page under test.
import { virtual } from "@guidepup/virtual-screen-reader";

Object.assign(window, { reader: virtual });
