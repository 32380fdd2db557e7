/** Rewrites a cell around defects of tslab 1.0.22 without changing its meaning; its line numbers stay. */
'use strict';
const ts = require(require.resolve('@tslab/typescript-for-tslab', { paths: [require.resolve('tslab')] }));

const head = 'export {};'; // makes it a module, where `await` is a keyword
const parseOptions = { languageVersion: ts.ScriptTarget.ES2022, impliedNodeFormat: ts.ModuleKind.ESNext };

/** Expressions after `await` that tslab reads as a call, an element, an operand: `await (…)`, `await […]`, `await -x`. */
const looksLikeOperand = /^[([+\-/`]/;

function cellfix(cell) {
  const source = ts.createSourceFile('cell.ts', head + cell, parseOptions, true, ts.ScriptKind.TS);
  if (source.parseDiagnostics.length > 0) return cell;
  const edits = [];
  const replace = (start, end, text) => edits.push({ start: start - head.length, end: end - head.length, text });
  const insert = (position, text) => replace(position, position, text);

  const visit = (node, topLevel) => {
    // { x } with x of an earlier cell: "x is not defined"
    if (ts.isShorthandPropertyAssignment(node)) insert(node.name.getStart(source), `${node.name.text}: `);
    // const { a: b } = earlier: a is taken for a variable
    if (ts.isBindingElement(node) && node.propertyName && ts.isIdentifier(node.propertyName)) {
      replace(node.propertyName.getStart(source), node.propertyName.end, `'${node.propertyName.text}'`);
    }
    if (topLevel && ts.isAwaitExpression(node) && looksLikeOperand.test(node.expression.getText(source))) {
      insert(node.expression.getStart(source), 'Promise.resolve(');
      insert(node.expression.end, ')');
    }
    if (topLevel && ts.isForOfStatement(node) && node.awaitModifier) {
      insert(node.getStart(source), 'await Promise.resolve((async () => { ');
      insert(node.end, ' })());');
      ts.forEachChild(node, (child) => visit(child, false));
      return;
    }
    const inner = topLevel && !ts.isFunctionLike(node) && !ts.isClassLike(node);
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, true);
  // An assignment is no result to be shown.
  const last = source.statements.at(-1);
  if (last && ts.isExpressionStatement(last) && ts.isAssignmentExpression(last.expression)) {
    insert(last.expression.getStart(source), 'void (');
    insert(last.expression.end, ')');
  }

  // Insertions at one position: the outer one, which came first, stays outside.
  const ordered = edits.map((edit, order) => ({ ...edit, order })).sort((a, b) => b.start - a.start || b.order - a.order);
  return ordered.reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), cell);
}

module.exports = { cellfix };
