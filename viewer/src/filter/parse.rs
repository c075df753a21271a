//! Gives the terms of a text their meaning.

use super::amount::{Comparison, Operator};
use super::pattern::Pattern;
use super::words::{Word, Words};
use super::{Field, Filter, FilterError, FilterProblem, Holds, Subject, Term, Test};

impl Filter {
    /// Reads the filter of `text` for the rows of `subject`. A text without terms is
    /// one that shows all.
    ///
    /// # Errors
    ///
    /// If a term makes no sense or names a field that `subject` does not have; where,
    /// and what is possible instead. Whatever the text, this is all that can happen.
    pub fn parse(subject: Subject, text: &str) -> Result<Filter, FilterError> {
        let everything = |problem| FilterError {
            span: 0..text.len(),
            problem,
        };
        if text.len() > Filter::LONGEST {
            return Err(everything(FilterProblem::TooLong));
        }
        let mut terms = Vec::new();
        for word in Words::of(text) {
            if terms.len() == Filter::TERMS {
                return Err(everything(FilterProblem::TooMany));
            }
            terms.push(term(subject, &word?)?);
        }
        Ok(Filter { subject, terms })
    }
}

fn term(subject: Subject, word: &Word<'_>) -> Result<Term, FilterError> {
    let test = match word.field {
        None => Ok(Test::Visible(Pattern::new(&word.value, false))),
        Some(name) => match subject.field(name) {
            None => Err(FilterProblem::UnknownField {
                name: name.to_owned(),
                subject,
            }),
            Some(field) => test(subject, field, word),
        },
    };
    let negated = word.negated;
    match test {
        Ok(test) => Ok(Term { negated, test }),
        Err(problem) => Err(FilterError {
            span: word.span.clone(),
            problem,
        }),
    }
}

fn test(subject: Subject, field: Field, word: &Word<'_>) -> Result<Test, FilterProblem> {
    let whole = word.operator == Some(Operator::Is);
    let value = &*word.value;
    let bad_value = || FilterProblem::BadValue {
        field,
        value: value.to_owned(),
        subject,
    };
    // `name:=""` are those without a name.
    let may_be_empty = whole && word.is_quoted && field.holds() == Holds::Text;
    if value.is_empty() && !may_be_empty {
        return Err(FilterProblem::NoValue { field, subject });
    }
    match (field.holds(), word.operator) {
        (Holds::Text | Holds::Word, Some(operator)) if !whole => Err(FilterProblem::NotCompared {
            field,
            operator,
            subject,
        }),
        (Holds::Text, _) => Ok(Test::Text(field, Pattern::new(value, whole))),
        (Holds::Word, _) => {
            let pattern = Pattern::of_any_case(value, whole);
            let mut folded = String::new();
            let choices = field.choices(subject);
            let is_one = choices.iter().any(|it| pattern.is_in(it, &mut folded));
            is_one
                .then_some(Test::Text(field, pattern))
                .ok_or_else(bad_value)
        }
        (holds, operator) => {
            let comparison = Comparison::read(holds, operator, value).ok_or_else(bad_value)?;
            Ok(Test::Number(field, comparison))
        }
    }
}
