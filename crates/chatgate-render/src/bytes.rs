//! Text looked at many bytes at once: of a loop over so many the compiler makes few instructions.

const CHUNK: usize = 32;

/// What fills the last chunk: no byte that a character begins with.
const FILL: u8 = 0x80;

/// Adds up what each byte counts for: at most seven, and nothing for the bytes inside a character.
pub(crate) fn sum(text: &str, count: impl Fn(u8) -> u8) -> usize {
    // A chunk's sum fits a byte.
    let sum = |chunk: &[u8; CHUNK]| usize::from(chunk.iter().map(|&byte| count(byte)).sum::<u8>());
    let (chunks, rest) = text.as_bytes().as_chunks();
    chunks.iter().map(sum).sum::<usize>() + last(rest).as_ref().map_or(0, sum)
}

/// Whether there is such a byte; none inside a character is one.
pub(crate) fn any(text: &str, is: impl Fn(u8) -> bool) -> bool {
    let any = |chunk: &[u8; CHUNK]| holds(chunk, &is);
    let (chunks, rest) = text.as_bytes().as_chunks();
    chunks.iter().any(any) || last(rest).as_ref().is_some_and(any)
}

/// Where the first such byte is, from `start` on; none inside a character is one.
pub(crate) fn find(text: &str, start: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    let any = |chunk: &[u8; CHUNK]| holds(chunk, &is);
    let rest = text.as_bytes().get(start..)?;
    let (chunks, tail) = rest.as_chunks();
    let clean = chunks.iter().take_while(|chunk| !any(chunk)).count();
    let found = match chunks.get(clean) {
        Some(chunk) => chunk.iter().position(|&byte| is(byte)),
        None => last(tail).filter(any).and_then(|chunk| chunk.iter().position(|&byte| is(byte))),
    };
    found.map(|at| start + clean * CHUNK + at)
}

/// Numbers, not flags: the compiler then looks at all bytes at once, without a branch.
fn holds(chunk: &[u8; CHUNK], is: &impl Fn(u8) -> bool) -> bool {
    chunk.iter().fold(0, |any, &byte| any | u8::from(is(byte))) != 0
}

fn last(rest: &[u8]) -> Option<[u8; CHUNK]> {
    let mut chunk = [FILL; CHUNK];
    chunk.get_mut(..rest.len())?.copy_from_slice(rest);
    (!rest.is_empty()).then_some(chunk)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn chunks_give_what_bytes_give(text in "([a-z]{0,40}|&|é|👍|\n){0,6}", start in 0_usize..80) {
            let is = |byte: u8| byte == b'&' || byte == b'\n';
            let bytes = text.as_bytes();
            let count = |byte: u8| if byte == b'&' { 7 } else { u8::from(byte == b'a') };
            let counted: usize = bytes.iter().map(|&byte| usize::from(count(byte))).sum();
            prop_assert_eq!(sum(&text, count), counted);
            prop_assert_eq!(super::any(&text, is), bytes.iter().any(|&byte| is(byte)));
            let found = bytes.iter().skip(start).position(|&byte| is(byte)).map(|at| at + start);
            prop_assert_eq!(find(&text, start, is), found);
        }
    }
}
