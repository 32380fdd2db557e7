import ts from 'typescript';
import type { Completeness } from '../messages';
import { parse, target, type Parsed } from './parse';

/** Whether a cell is finished: the front end asks before it runs one on Enter. */
export function completeness(code: string): Completeness {
  const { parseDiagnostics } = parse(code);
  const own = ts.createSourceFile('cell.ts', code, target, false, ts.ScriptKind.TS) as Parsed;
  if (own.parseDiagnostics.length === 0 && parseDiagnostics.length === 0) return { status: 'complete', indent: '' };
  const end = code.trimEnd().length;
  const open = /Unterminated template|'\*\/' expected/;
  const [first] = own.parseDiagnostics.length > 0 ? own.parseDiagnostics : parseDiagnostics;
  const unclosed = 1002; // a string ends with its line
  if (first.code === unclosed) return { status: 'invalid', indent: '' };
  if (first.start < end && !open.test(ts.flattenDiagnosticMessageText(first.messageText, ' '))) return { status: 'invalid', indent: '' };
  return { status: 'incomplete', indent: '  '.repeat(depth(code)) };
}

/** How many brackets are open at the end. */
function depth(code: string): number {
  const scanner = ts.createScanner(target, true, ts.LanguageVariant.Standard, code);
  let open = 0;
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if ([ts.SyntaxKind.OpenBraceToken, ts.SyntaxKind.OpenParenToken, ts.SyntaxKind.OpenBracketToken].includes(token)) open++;
    if ([ts.SyntaxKind.CloseBraceToken, ts.SyntaxKind.CloseParenToken, ts.SyntaxKind.CloseBracketToken].includes(token)) open--;
  }
  return Math.max(0, open);
}
