import ts from 'typescript';

/** A value as JSON holds it. */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** The value of an expression of literals, lists, objects and arithmetic; undefined for any other. */
export function evaluated(node: ts.Expression): Value | undefined {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) return evaluated(node.expression);
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isArrayLiteralExpression(node)) return all(node.elements.map(evaluated));
  if (ts.isObjectLiteralExpression(node)) return object(node);
  if (ts.isPrefixUnaryExpression(node)) return negative(node);
  if (ts.isBinaryExpression(node)) return arithmetic(node);
  return CONSTANTS.get(node.kind);
}

const CONSTANTS = new Map<ts.SyntaxKind, Value>([
  [ts.SyntaxKind.TrueKeyword, true],
  [ts.SyntaxKind.FalseKeyword, false],
  [ts.SyntaxKind.NullKeyword, null],
]);

const isKnown = (value: Value | undefined): value is Value => value !== undefined;
const all = (values: (Value | undefined)[]): Value[] | undefined => (values.every(isKnown) ? values : undefined);

function object({ properties }: ts.ObjectLiteralExpression): Value | undefined {
  const members: [string, Value][] = [];
  for (const property of properties) {
    if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name) || ts.isPrivateIdentifier(property.name)) return undefined;
    const value = evaluated(property.initializer);
    if (value === undefined) return undefined;
    members.push([property.name.text, value]);
  }
  return Object.fromEntries(members);
}

function negative({ operator, operand }: ts.PrefixUnaryExpression): Value | undefined {
  const value = evaluated(operand);
  return operator === ts.SyntaxKind.MinusToken && typeof value === 'number' ? -value : undefined;
}

const OPERATIONS = new Map<ts.SyntaxKind, (a: number, b: number) => number>([
  [ts.SyntaxKind.PlusToken, (a, b) => a + b],
  [ts.SyntaxKind.MinusToken, (a, b) => a - b],
  [ts.SyntaxKind.AsteriskToken, (a, b) => a * b],
  [ts.SyntaxKind.SlashToken, (a, b) => a / b],
  [ts.SyntaxKind.AsteriskAsteriskToken, (a, b) => a ** b],
]);

function arithmetic({ left, operatorToken, right }: ts.BinaryExpression): Value | undefined {
  const [a, b] = [evaluated(left), evaluated(right)];
  const operation = OPERATIONS.get(operatorToken.kind);
  return operation && typeof a === 'number' && typeof b === 'number' ? operation(a, b) : undefined;
}
