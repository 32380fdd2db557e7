export { spread } from './spread';
