//! Calls of the runtime: messages of panics, put together as it would, and comparisons of text.

use hir::{FormatKind, FormatSpec};
use mir::RuntimeFn;

use crate::constant::{bytes_of, c_text};
use crate::errors::Stop;
use crate::machine::Machine;
use crate::place::Spot;
use crate::value::{Pointer, Value};

impl Machine<'_> {
    pub(crate) fn call_runtime(
        &mut self,
        function: RuntimeFn,
        spec: Option<&FormatSpec>,
        args: &[Value],
        dest: &Spot,
    ) -> Result<(), Stop> {
        let result = match function {
            RuntimeFn::PanicMessage => {
                let text = self.text_of(&args[0])?;
                return Err(self.panics(&text));
            }
            RuntimeFn::PanicBegin => {
                self.message = Some(String::new());
                Value::unit()
            }
            RuntimeFn::PanicFinish => {
                let text = self.message.take().unwrap_or_default();
                return Err(self.panics(&text));
            }
            RuntimeFn::StrDiffers => {
                let (left, right) = (self.bytes_of_text(&args[0])?, self.bytes_of_text(&args[1])?);
                Value::Int(i128::from(left != right))
            }
            RuntimeFn::PrintStr
            | RuntimeFn::PrintCStr
            | RuntimeFn::PrintBool
            | RuntimeFn::PrintChar
            | RuntimeFn::PrintPointer
            | RuntimeFn::PrintI64
            | RuntimeFn::PrintU64
            | RuntimeFn::PrintI128
            | RuntimeFn::PrintU128
            | RuntimeFn::PrintF64
            | RuntimeFn::PrintF32
            | RuntimeFn::PrintF16
                if self.message.is_some() =>
            {
                let piece = self.piece(function, args)?;
                let piece = with_spec(
                    piece,
                    spec,
                    matches!(function, RuntimeFn::PrintStr | RuntimeFn::PrintCStr),
                );
                if let Some(message) = &mut self.message {
                    message.push_str(&piece);
                }
                Value::unit()
            }
            RuntimeFn::PrintBegin
            | RuntimeFn::PrintEnd
            | RuntimeFn::PrintStr
            | RuntimeFn::PrintCStr
            | RuntimeFn::PrintBool
            | RuntimeFn::PrintChar
            | RuntimeFn::PrintPointer
            | RuntimeFn::PrintI64
            | RuntimeFn::PrintU64
            | RuntimeFn::PrintI128
            | RuntimeFn::PrintU128
            | RuntimeFn::PrintF64
            | RuntimeFn::PrintF32
            | RuntimeFn::PrintF16 => return Err(self.not_constant("printing")),
            RuntimeFn::PanicEnd
            | RuntimeFn::PanicNoUnwind
            | RuntimeFn::PanicsAbort
            | RuntimeFn::PanicBounds
            | RuntimeFn::PanicSlice
            | RuntimeFn::PanicOverflow
            | RuntimeFn::PanicDivideByZero
            | RuntimeFn::PanicRemainderByZero
            | RuntimeFn::PanicShift
            | RuntimeFn::PanicCast
            | RuntimeFn::TestMain => return Err(self.not_constant("a call of the runtime")),
        };
        self.write(dest, result)
    }

    fn panics(&self, message: &str) -> Stop {
        self.fails(&format!("panics: {message}"))
    }

    fn bytes_of_text(&self, value: &Value) -> Result<Vec<u8>, Stop> {
        let Value::Slice(first, len) = value else {
            return Err(self.broken("text"));
        };
        let Some((start, before)) = first.path.split_last() else {
            return Err(self.broken("text"));
        };
        let array = Spot::of_pointer(&Pointer {
            base: first.base,
            path: before.into(),
        });
        let Value::Aggregate(values) = self.at(&array)? else {
            return Err(self.broken("text"));
        };
        let range = usize::try_from(*start).ok().zip(usize::try_from(*len).ok());
        let bytes = range.and_then(|(start, len)| bytes_of(values.get(start..start.checked_add(len)?)?));
        bytes.ok_or_else(|| self.broken("text"))
    }

    fn text_of(&self, value: &Value) -> Result<String, Stop> {
        Ok(String::from_utf8_lossy(&self.bytes_of_text(value)?).into_owned())
    }

    fn piece(&self, function: RuntimeFn, args: &[Value]) -> Result<String, Stop> {
        Ok(match (function, &args[0]) {
            (RuntimeFn::PrintStr, value) => self.text_of(value)?,
            (RuntimeFn::PrintCStr, Value::Pointer(pointer)) => {
                let text = pointer.path.split_last().and_then(|(first, before)| {
                    let array = Spot::of_pointer(&Pointer {
                        base: pointer.base,
                        path: before.into(),
                    });
                    c_text(self.at(&array).ok()?, *first)
                });
                String::from_utf8_lossy(&text.unwrap_or_default()).into_owned()
            }
            (RuntimeFn::PrintBool, Value::Int(value)) => (*value != 0).to_string(),
            (RuntimeFn::PrintChar, Value::Int(value)) => {
                let scalar = u32::try_from(*value).ok().and_then(char::from_u32);
                scalar.unwrap_or(char::REPLACEMENT_CHARACTER).to_string()
            }
            (RuntimeFn::PrintI128 | RuntimeFn::PrintU128, Value::Int(low)) => {
                let Some(Value::Int(high)) = args.get(1) else {
                    return Err(self.broken("a number"));
                };
                let value = (*high << 64) | *low;
                if function == RuntimeFn::PrintI128 {
                    value.to_string()
                } else {
                    (value as u128).to_string()
                }
            }
            (_, Value::Int(value)) => value.to_string(),
            (RuntimeFn::PrintF32 | RuntimeFn::PrintF16, Value::Float(value)) => (*value as f32).to_string(),
            (_, Value::Float(value)) => value.to_string(),
            _ => return Err(self.not_constant("printing this")),
        })
    }
}

/// Text in quotes where it is for debugging, padded to its width.
fn with_spec(piece: String, spec: Option<&FormatSpec>, is_text: bool) -> String {
    let Some(spec) = spec else { return piece };
    let piece = if is_text && spec.kind == FormatKind::Debug {
        format!("{piece:?}")
    } else {
        piece
    };
    let missing = (spec.width.unwrap_or(0) as usize).saturating_sub(piece.chars().count());
    let fill: String = std::iter::repeat_n(spec.fill, missing).collect();
    if is_text { piece + &fill } else { fill + &piece }
}
