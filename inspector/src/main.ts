/**
 * The page: octets come in, are inspected, and are shown as fields and as octets that point at each other. The same
 * script is the thread that inspects what is large.
 * @module
 */

import { Page } from "./page.ts";
import { answerQuestions } from "./thread.ts";

if (typeof document === "undefined") answerQuestions();
else new Page().start();
