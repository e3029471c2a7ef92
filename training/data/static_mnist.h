// Static binary MNIST: the binarisation that was fixed by Larochelle and Murray (2011) and that published likelihoods
// of "static MNIST" are about.
#pragma once

#include <vector>

#include "training/data/data_reader.h"

namespace elbo {

/// The row of "mnist-static". Reads binarized_mnist_train.amat, ..._valid.amat and ..._test.amat, plain or .gz, in
/// spec.path (a folder, or the file of training images), or else on the search path, in a folder "mnist-static" or
/// beside it. Each split is the first examples of its own file, in the order of the file; the files have no labels.
/// Throws InputError.
std::vector<DataReader> staticMnistReaders();

}  // namespace elbo
