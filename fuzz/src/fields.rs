//! Changes protobuf messages, whatever they are: fields are told from the bytes alone,
//! so that a message that is added to the wire is changed as those before.

use fastrand::Rng;

use crate::mutate;

/// A field with its number.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    number: u64,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Number(u64),
    Fixed(Vec<u8>),
    Bytes(Vec<u8>),
    Message(Vec<Field>),
}

/// How deep messages are looked into.
const DEPTH: u8 = 6;

/// The fields of a message, if it can be one.
pub(crate) fn parse(bytes: &[u8]) -> Option<Vec<Field>> {
    parse_at(bytes, DEPTH)
}

fn parse_at(mut bytes: &[u8], depth: u8) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            1 => Value::Fixed(take(&mut bytes, 8)?.to_vec()),
            5 => Value::Fixed(take(&mut bytes, 4)?.to_vec()),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?).ok()?;
                let inner = take(&mut bytes, length)?;
                let is_text = inner.iter().all(|byte| byte.is_ascii_graphic());
                let message = match is_text || depth == 0 {
                    true => None,
                    false => parse_at(inner, depth - 1),
                };
                message.map_or_else(|| Value::Bytes(inner.to_vec()), Value::Message)
            }
            _ => return None,
        };
        if tag >> 3 == 0 {
            return None;
        }
        let number = tag >> 3;
        fields.push(Field { number, value });
    }
    Some(fields)
}

/// The message of `fields`.
pub(crate) fn encode(fields: &[Field]) -> Vec<u8> {
    let mut out = Vec::new();
    for field in fields {
        let tag = field.number << 3;
        match &field.value {
            Value::Number(number) => {
                put(&mut out, tag);
                put(&mut out, *number);
            }
            Value::Fixed(bytes) => {
                put(&mut out, tag | if bytes.len() == 8 { 1 } else { 5 });
                out.extend(bytes);
            }
            Value::Bytes(bytes) => delimited(&mut out, tag, bytes),
            Value::Message(fields) => delimited(&mut out, tag, &encode(fields)),
        }
    }
    out
}

fn delimited(out: &mut Vec<u8>, tag: u64, bytes: &[u8]) {
    put(out, tag | 2);
    put(out, bytes.len() as u64);
    out.extend(bytes);
}

/// Changes `fields` in one way, somewhere within. `numbers` are those of the stream,
/// which are put in so that things refer to one another.
pub(crate) fn change(random: &mut Rng, fields: &mut Vec<Field>, numbers: &[u64]) {
    if fields.is_empty() {
        let number = random.u64(1..21);
        let value = Value::Number(mutate::number(random));
        return fields.push(Field { number, value });
    }
    let place = random.usize(..fields.len());
    // Further in, most of the time.
    if let Value::Message(inner) = &mut fields[place].value
        && random.u8(..8) > 0
    {
        return change(random, inner, numbers);
    }
    match random.u8(..10) {
        0 => drop(fields.remove(place)),
        1 => {
            let again = fields[place].clone();
            let times = [1, 2, 70][random.usize(..3)];
            let times = if again.is_small() { times } else { 1 };
            fields.splice(place..place, vec![again; times]);
        }
        2 => {
            let other = random.usize(..fields.len());
            fields.swap(place, other);
        }
        3 => fields[place].number = random.u64(1..21),
        _ => fields[place].value.change(random, numbers),
    }
}

/// Every number in `fields`, into `numbers`.
pub(crate) fn numbers(fields: &[Field], numbers: &mut Vec<u64>) {
    for field in fields {
        match &field.value {
            Value::Number(number) => numbers.push(*number),
            Value::Message(inner) => self::numbers(inner, numbers),
            Value::Fixed(_) | Value::Bytes(_) => {}
        }
    }
}

impl Field {
    fn is_small(&self) -> bool {
        match &self.value {
            Value::Message(fields) => fields.len() < 20,
            Value::Bytes(bytes) => bytes.len() < 200,
            Value::Number(_) | Value::Fixed(_) => true,
        }
    }
}

impl Value {
    fn change(&mut self, random: &mut Rng, numbers: &[u64]) {
        match self {
            Value::Number(number) => {
                *number = match random.u8(..3) {
                    0 => mutate::number(random),
                    1 if !numbers.is_empty() => numbers[random.usize(..numbers.len())],
                    _ => number.wrapping_add(random.u64(..5)).wrapping_sub(2),
                }
            }
            Value::Fixed(bytes) => {
                for byte in bytes {
                    *byte = random.u8(..);
                }
            }
            Value::Bytes(bytes) if random.bool() => *bytes = mutate::text(random).into_bytes(),
            Value::Bytes(bytes) => mutate::bytes(random, bytes, &[]),
            Value::Message(_) => *self = Value::Bytes(mutate::text(random).into_bytes()),
        }
    }
}

/// The number at the beginning of `bytes`, which begin after it then.
pub(crate) fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

pub(crate) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// The first `length` of `bytes`, which begin after them then.
pub(crate) fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_and_written_as_it_was() {
        let message = [
            0x08, 0x96, 0x01, 0x12, 3, b'a', b'b', b'c', 0x1a, 2, 0x08, 1,
        ];
        let fields = parse(&message).unwrap();
        assert_eq!(encode(&fields), message);
        let mut found = Vec::new();
        numbers(&fields, &mut found);
        assert_eq!(found, [150, 1]);
    }

    #[test]
    fn what_is_no_message_has_no_fields() {
        for bytes in [
            &[0xff][..],
            &[0x08],
            &[0x12, 200, 1],
            &[0x03, 0],
            &[0x00, 0],
        ] {
            assert!(parse(bytes).is_none(), "{bytes:?}");
        }
    }
}
