//! Answers as people read them: classes by name and rank, values as real numbers.
//!
//! Names and scale come from the model's manifest. Without one there are numbers of classes and
//! integers.

use serde::Serialize;
use zkinfer_primitives::{Output, output::Width};
use zkml_model::{manifest::Manifest, output::Answer};

/// An answer with what it means. Of its parts one kind is there.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AnswerView {
    /// The class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<u32>,
    /// The class's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
    /// The best classes, the best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_classes: Option<Vec<Ranked>>,
    /// The values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
}

/// One of the best classes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ranked {
    /// Its place, from 1.
    pub rank: usize,
    /// The class.
    pub class: u32,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class_name: Option<String>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Value {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The integer that is proved.
    pub integer: i32,
    /// The real number that it stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real: Option<f64>,
}

impl AnswerView {
    /// An answer, with names and scale if the manifest is there.
    pub fn of(output: &Output, manifest: Option<&Manifest>) -> Self {
        let name =
            |class: u32| manifest.and_then(|manifest| manifest.class(class)).map(str::to_owned);
        match output {
            Output::Class(class) => {
                Self { class: Some(*class), class_name: name(*class), ..Self::default() }
            }
            Output::TopClasses(classes) => {
                let ranked = classes.iter().zip(1..);
                let ranked = ranked.map(|(class, rank)| Ranked {
                    rank,
                    class: *class,
                    class_name: name(*class),
                });
                Self { top_classes: Some(ranked.collect()), ..Self::default() }
            }
            Output::Values { values, .. } => {
                let scale = manifest.and_then(Manifest::output_scale);
                let named = values.iter().zip(0..);
                let named = named.map(|(integer, index)| Value {
                    name: name(index),
                    integer: *integer,
                    real: scale.map(|scale| scale * f64::from(*integer)),
                });
                Self { values: Some(named.collect()), ..Self::default() }
            }
        }
    }

    /// In a few words: `class 7 (seven)`, `classes 7 (seven), 3 (three)`, `values 0.25, -1.5`.
    pub fn headline(&self) -> String {
        if let Some(class) = self.class {
            return format!("class {}", named(class, &self.class_name));
        }
        if let Some(classes) = &self.top_classes {
            let all = classes.iter().map(|best| named(best.class, &best.class_name));
            return format!("classes {}", all.collect::<Vec<_>>().join(", "));
        }
        let values = self.values.iter().flatten().map(Value::number).collect::<Vec<_>>();
        format!("{} {}", if values.len() == 1 { "value" } else { "values" }, values.join(", "))
    }
}

impl Value {
    fn number(&self) -> String {
        self.real.map_or_else(|| self.integer.to_string(), |real| real.to_string())
    }
}

fn named(class: u32, name: &Option<String>) -> String {
    name.as_ref().map_or_else(|| class.to_string(), |name| format!("{class} ({name})"))
}

/// A circuit's answer as the chain's output; none for one that is longer than any output.
pub fn output(answer: &Answer) -> Option<Output> {
    Some(match answer {
        Answer::Class(class) => Output::Class(*class),
        Answer::TopClasses(classes) => Output::TopClasses(classes.clone().try_into().ok()?),
        Answer::Values { width, values } => Output::Values {
            width: Width::of_bytes(usize::from(*width))?,
            values: values.clone().try_into().ok()?,
        },
    })
}

/// The chain's output as a circuit's answer.
pub fn answer(output: &Output) -> Answer {
    match output {
        Output::Class(class) => Answer::Class(*class),
        Output::TopClasses(classes) => Answer::TopClasses(classes.to_vec()),
        Output::Values { width, values } => {
            Answer::Values { width: width.bits() / 8, values: values.to_vec() }
        }
    }
}

/// Says what is wrong where a manifest's model cannot give an answer.
///
/// # Errors
/// It is of another kind, or of a class that there is not.
pub fn check_kind(output: &Output, manifest: &Manifest) -> Result<(), String> {
    let kind = manifest.output_kind();
    if kind.gives(&answer(output)) {
        return Ok(());
    }
    Err(format!(
        "the answer is {}, and the manifest says {kind}",
        AnswerView::of(output, None).headline()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zkml_model::manifest::{Encoding, Input, Output as Described, Preprocessing};

    fn manifest(names: &[&str], output: Described) -> Manifest {
        Manifest {
            classes: names.iter().map(|name| (*name).to_owned()).collect(),
            input: Input {
                bits: 4,
                high: 1.0,
                low: 0.0,
                min: 0,
                ranges: None,
                rounding: Default::default(),
                shape: vec![2],
            },
            name: "m".into(),
            output,
            preprocessing: Preprocessing::Values {},
            proof_system: Default::default(),
            version: zkml_model::manifest::VERSION,
        }
    }

    fn top(classes: &[u32]) -> Output {
        Output::TopClasses(classes.to_vec().try_into().expect("few"))
    }

    fn values(width: Width, values: &[i32]) -> Output {
        Output::Values { width, values: values.to_vec().try_into().expect("few") }
    }

    #[test]
    fn answers_are_read_with_the_manifests_names_and_scale() {
        let cats = manifest(&["cat", "dog"], Described::class());
        assert_eq!(AnswerView::of(&Output::Class(1), Some(&cats)).headline(), "class 1 (dog)");
        assert_eq!(AnswerView::of(&Output::Class(1), None).headline(), "class 1");
        let best = AnswerView::of(&top(&[1, 0]), Some(&cats));
        assert_eq!(best.headline(), "classes 1 (dog), 0 (cat)");
        let json = serde_json::to_value(&best).expect("JSON");
        assert_eq!(json["top_classes"][0]["class_name"], "dog");
        assert_eq!(json["top_classes"][1]["rank"], 2);
        assert!(json.get("class").is_none() && json.get("values").is_none());
        let encoding = Encoding::Values { bits: 16, scale: 0.5 };
        let price = manifest(&["price"], Described { encoding, ties: None });
        let shown = AnswerView::of(&values(Width::Bits16, &[-3]), Some(&price));
        assert_eq!(shown.headline(), "value -1.5");
        let json = serde_json::to_value(&shown).expect("JSON");
        let expected =
            serde_json::json!({ "values": [{ "name": "price", "integer": -3, "real": -1.5 }] });
        assert_eq!(json, expected);
        assert_eq!(
            AnswerView::of(&values(Width::Bits16, &[-3, 4]), None).headline(),
            "values -3, 4"
        );
    }

    #[test]
    fn an_answer_of_another_kind_than_the_manifests_is_named() {
        let cats = manifest(&["cat", "dog"], Described::class());
        assert_eq!(check_kind(&Output::Class(1), &cats), Ok(()));
        let fault = check_kind(&top(&[1]), &cats).expect_err("another kind");
        assert_eq!(fault, "the answer is classes 1, and the manifest says one of 2 classes");
        assert!(check_kind(&Output::Class(2), &cats).is_err());
        let best = manifest(&["cat", "dog"], Described::top_classes(2));
        assert_eq!(check_kind(&top(&[1, 0]), &best), Ok(()));
        assert!(check_kind(&top(&[1]), &best).is_err());
    }

    #[test]
    fn outputs_and_answers_are_one_number() {
        for made in [Output::Class(7), top(&[7, 0]), values(Width::Bits24, &[-70_000, 5])] {
            let answer = answer(&made);
            assert_eq!(made.to_public_input(), Ok(answer.element()));
            assert_eq!(output(&answer), Some(made));
        }
    }
}
