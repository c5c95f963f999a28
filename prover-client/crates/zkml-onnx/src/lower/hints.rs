//! Hints for operators that cannot be proved.

/// The operators that can be proved.
pub const SUPPORTED: &str = "Conv and MaxPool in one or two dimensions, AveragePool, GlobalMaxPool, GlobalAveragePool, ReduceMean, ReduceSum, \
    ReduceMax, Gemm, MatMul by constants, BatchNormalization, Add, Sub, Sum, Max and Min, Mul and Div by constants, Relu, LeakyRelu, PRelu, \
    Clip, Abs, Neg, Sigmoid, Tanh, Erf, HardSigmoid, HardSwish, Gelu, Elu, Selu, Celu, Softplus, Mish, Swish, Flatten, Reshape, Squeeze, \
    Unsqueeze, Transpose, Concat, Pad, Identity, Dropout, Cast to float, Softmax, LogSoftmax, ArgMax, ArgMin and TopK at the output, whatever reads \
    constants and shapes alone, and of graphs that are quantised already QuantizeLinear, DequantizeLinear, QLinearConv, QLinearMatMul, and \
    onnxruntime's QGemm, QLinearAdd, QLinearConcat, QLinearSigmoid, QLinearLeakyRelu, QLinearSoftmax, QLinearAveragePool and QLinearGlobalAveragePool";

const CLASSICAL: &str = "classical models cannot be proved: train a small network instead";

/// Returns the hint for an operator of classical models, those of scikit-learn for instance.
pub fn of_classical(op: &str) -> &'static str {
    match op {
        "LinearClassifier" | "LinearRegressor" | "Scaler" | "Normalizer" | "ZipMap" | "Imputer" => {
            "a linear model is one product by a matrix: put its coefficients and intercepts, times what scales the input, into a torch.nn.Linear, and export that"
        }
        _ => CLASSICAL,
    }
}

/// Returns the hint for an operator.
pub fn of(op: &str) -> &'static str {
    match op {
        "Softsign" | "ThresholdedRelu" | "Hardmax" | "Shrink" | "CosineSimilarity" => {
            "replace the activation by Relu, Tanh, Gelu or HardSwish and train again"
        }
        "Pow" | "Exp" | "Sqrt" | "Log" | "Reciprocal" => {
            "it can be proved only as part of an activation such as SiLU, Gelu or Mish; a normalisation by the data's own variance is to be replaced by BatchNormalization"
        }
        "LSTM" | "GRU" | "RNN" | "Scan" | "Loop" | "If" => {
            "recurrence and control flow cannot be proved: use convolutions or fully connected layers over a fixed window"
        }
        "Attention"
        | "MultiHeadAttention"
        | "GroupQueryAttention"
        | "Einsum"
        | "RotaryEmbedding" => {
            "attention multiplies computed tensors, which cannot be proved: use convolutions or fully connected layers"
        }
        "InstanceNormalization"
        | "LayerNormalization"
        | "GroupNormalization"
        | "LpNormalization"
        | "MeanVarianceNormalization"
        | "LRN"
        | "RMSNormalization"
        | "SimplifiedLayerNormalization" => {
            "it divides by what it computes from the data: replace the normalisation by BatchNormalization and train again"
        }
        "Resize" | "Upsample" | "GridSample" | "ConvTranspose" | "MaxUnpool" | "DepthToSpace"
        | "SpaceToDepth" => {
            "the prover has no operator that makes pictures larger: export the classifier without its up-sampling part"
        }
        "Shape" | "Size" | "NonZero" | "Range" | "Expand" | "Where" | "Equal" | "Greater"
        | "Less" | "Tile" | "ConstantOfShape" | "TopK" | "Unique" | "NonMaxSuppression" => {
            "what it gives depends on the data or on a dimension that is not fixed: export with fixed dimensions, or simplify the model first (onnxsim)"
        }
        "Gather" | "GatherElements" | "GatherND" | "ScatterND" | "ScatterElements" | "Slice"
        | "Split" | "OneHot" => {
            "parts of computed tensors cannot be taken: change the model so that it uses whole ones (embeddings are to be computed before)"
        }
        "Cast" | "CastLike" => "only to float (1): export the model in float32",
        "Round" | "Floor" | "Ceil" | "Sign" | "Mod" | "Not" | "And" | "Or" | "Xor" => {
            "it is no continuous function, and the import would round twice: leave it out"
        }
        "Sin" | "Cos" | "Tan" | "Asin" | "Acos" | "Atan" | "Sinh" | "Cosh" => {
            "replace the activation by Tanh or Relu and train again"
        }
        "ReduceMin" | "ReduceProd" | "ReduceL1" | "ReduceL2" | "ReduceLogSum"
        | "ReduceLogSumExp" | "ReduceSumSquare" | "LpPool" | "GlobalLpPool" | "MaxRoiPool"
        | "RoiAlign" => "replace it by average or max pooling",
        "ConvInteger" | "MatMulInteger" | "DynamicQuantizeLinear" => {
            "its scales are known only when it runs: give the float model, or quantise it statically (onnxruntime.quantization.quantize_static)"
        }
        "TreeEnsemble" | "StringNormalizer" | "TfIdfVectorizer" => CLASSICAL,
        _ => "change the model and export it again, or compute this part before or after the model",
    }
}
