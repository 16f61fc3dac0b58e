//! Text looked at many bytes at once: of a loop over so many the compiler makes few instructions.

const CHUNK: usize = 32;
const SMALL: usize = 8;

/// Adds up what each byte counts for: at most seven.
pub(crate) fn sum(text: &str, count: impl Fn(u8) -> u8) -> usize {
    // What so few count for fits a byte.
    let sum = |bytes: &[u8]| usize::from(bytes.iter().map(|&byte| count(byte)).sum::<u8>());
    let (chunks, rest) = text.as_bytes().as_chunks::<CHUNK>();
    let (small, rest) = rest.as_chunks::<SMALL>();
    chunks.iter().map(|chunk| sum(chunk)).sum::<usize>()
        + small.iter().map(|chunk| sum(chunk)).sum::<usize>()
        + sum(rest)
}

/// Whether there is such a byte.
pub(crate) fn any(text: &str, is: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let (chunks, rest) = bytes.as_chunks::<CHUNK>();
    chunks.iter().any(|chunk| holds(chunk, &is)) || tail_holds(bytes, rest, &is)
}

/// Where the first such byte is, from `start` on.
pub(crate) fn find(text: &str, start: usize, is: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes().get(start..)?;
    let (chunks, rest) = bytes.as_chunks::<CHUNK>();
    let clean = chunks.iter().take_while(|chunk| !holds(chunk, &is)).count();
    let found = match chunks.get(clean) {
        Some(chunk) => chunk.iter().position(|&byte| is(byte)),
        None if tail_holds(bytes, rest, &is) => rest.iter().position(|&byte| is(byte)),
        None => None,
    };
    found.map(|at| start + clean * CHUNK + at)
}

/// Numbers, not flags: the compiler then looks at all bytes at once, without a branch.
fn holds<const N: usize>(chunk: &[u8; N], is: &impl Fn(u8) -> bool) -> bool {
    chunk.iter().fold(0, |any, &byte| any | u8::from(is(byte))) != 0
}

/// As [`holds`], of what is behind the last chunk. The last bytes are looked at together with some of
/// those before, which hold none; where there are fewer, they overlap.
fn tail_holds(bytes: &[u8], rest: &[u8], is: &impl Fn(u8) -> bool) -> bool {
    if rest.is_empty() {
        return false;
    }
    if let Some(chunk) = bytes.last_chunk::<CHUNK>() {
        return holds(chunk, is);
    }
    let halves = (rest.first_chunk::<16>(), rest.last_chunk::<16>());
    if let (Some(first), Some(last)) = halves {
        return holds(first, is) | holds(last, is);
    }
    let halves = (rest.first_chunk::<SMALL>(), rest.last_chunk::<SMALL>());
    if let (Some(first), Some(last)) = halves {
        return holds(first, is) | holds(last, is);
    }
    rest.iter().any(|&byte| is(byte))
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
