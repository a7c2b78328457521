/**
 * From whatever was thrown to a message for people and an exit code.
 * @module
 */

import { ClientError } from "@openmimi/client";
import { SuiteError } from "@openmimi/conformance";
import { ConfigError, StoreError } from "@openmimi/provider";
import { PolicyQuestionError, PublishedError } from "@openmimi/vectors";
import { ExitCode } from "./exit-code.ts";

/** The command was used wrongly, or a file that it was given is no good. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const KNOWN = [
  UsageError,
  SuiteError,
  ConfigError,
  StoreError,
  PublishedError,
  PolicyQuestionError,
  ClientError,
];

/** Errors of the operating system, in words. */
const SYSTEM: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use",
  EADDRNOTAVAIL: "this machine does not have that address",
  EACCES: "not permitted",
  EPERM: "not permitted",
  ENOENT: "there is no such file or folder",
  EISDIR: "it is a folder",
  ENOTDIR: "it is no folder",
  EEXIST: "it exists already",
  ENOSPC: "the disk is full",
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "the connection was cut",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "host names cannot be looked up",
  ETIMEDOUT: "nobody answers",
};

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
}

/** What to print, without `openmimi:` before it, and how to exit. */
export interface Explained {
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** @returns one line for an error that is expected, and for any other one a line that asks for a report */
export function explain(error: unknown): Explained {
  if (KNOWN.some((kind) => error instanceof kind))
    return { message: (error as Error).message, exitCode: ExitCode.cannot };
  if (isSystemError(error)) {
    const { code, path, address, port } = error;
    const where = path ?? (address === undefined ? undefined : `${address}:${port}`);
    const what = `${SYSTEM[code]} (${code})`;
    return { message: where === undefined ? what : `${where}: ${what}`, exitCode: ExitCode.cannot };
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    message: `${text}\nThis is a defect of openmimi. Please report it with what --debug shows.`,
    exitCode: ExitCode.defect,
  };
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code in SYSTEM;
}
