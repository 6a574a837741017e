import { Lexer, type Token, type Tokens } from 'marked';

/** What inline Markdown may become here. HTML, images and links become text: nothing is fetched or followed. */
export type Inline =
  | { is: 'text'; text: string }
  | { is: 'code'; text: string }
  | { is: 'strong' | 'em' | 'del'; parts: Inline[] }
  | { is: 'link'; parts: Inline[]; to: string }
  | { is: 'break' };

/** Blocks of a note or of what stands under an item. */
export type Block =
  | { is: 'paragraph'; parts: Inline[] }
  | { is: 'heading'; parts: Inline[] }
  | { is: 'code'; text: string }
  | { is: 'quote'; blocks: Block[] }
  | { is: 'list'; ordered: boolean; items: Block[][] }
  | { is: 'rule' };

function inlineOf(tokens: readonly Token[]): Inline[] {
  return tokens.flatMap((token): Inline[] => {
    switch (token.type) {
      case 'codespan':
        return [{ is: 'code', text: (token as Tokens.Codespan).text }];
      case 'strong':
      case 'em':
      case 'del':
        return [{ is: token.type, parts: inlineOf((token as Tokens.Strong).tokens) }];
      case 'link':
        return [{ is: 'link', parts: inlineOf((token as Tokens.Link).tokens), to: (token as Tokens.Link).href }];
      case 'image':
        return [{ is: 'text', text: (token as Tokens.Image).text || (token as Tokens.Image).href }];
      case 'br':
        return [{ is: 'break' }];
      case 'escape':
        return [{ is: 'text', text: (token as Tokens.Escape).text }];
      case 'html':
        // A probe's comment is no part of the text; other HTML is shown as it was typed.
        return token.raw.startsWith('<!--') ? [] : [{ is: 'text', text: token.raw }];
      default:
        return 'tokens' in token && token.tokens ? inlineOf(token.tokens) : [{ is: 'text', text: token.raw }];
    }
  });
}

function blocksOf(tokens: readonly Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case 'space':
        return [];
      case 'code':
        return [{ is: 'code', text: (token as Tokens.Code).text }];
      case 'heading':
        return [{ is: 'heading', parts: inlineOf((token as Tokens.Heading).tokens) }];
      case 'blockquote':
        return [{ is: 'quote', blocks: blocksOf((token as Tokens.Blockquote).tokens) }];
      case 'list':
        return [
          {
            is: 'list',
            ordered: (token as Tokens.List).ordered,
            items: (token as Tokens.List).items.map((item) => blocksOf(item.tokens)),
          },
        ];
      case 'hr':
        return [{ is: 'rule' }];
      case 'html':
        return token.raw.startsWith('<!--') ? [] : [{ is: 'code', text: token.raw }];
      default:
        return [
          {
            is: 'paragraph',
            parts: 'tokens' in token && token.tokens ? inlineOf(token.tokens) : [{ is: 'text', text: token.raw }],
          },
        ];
    }
  });
}

/** Reads one line of Markdown. */
export function readInline(markdown: string): Inline[] {
  return inlineOf(Lexer.lexInline(markdown));
}

/** Reads a whole note. */
export function readBlocks(markdown: string): Block[] {
  return blocksOf(Lexer.lex(markdown, { breaks: true }));
}
