# The command line: docker build --tag physembed . && docker run --rm --user "$(id -u)" -v "$PWD":/work physembed demo
FROM python:3.11-slim
# numba and PyTorch bring their own compilers; data/ and results go where the volume is
ENV MPLCONFIGDIR=/tmp/matplotlib NUMBA_CACHE_DIR=/tmp/numba PHYSEMBED_DATA=/work/data
# With the usual index's wheels of PyTorch come those of CUDA, several gigabytes that no command of
# a container without a GPU uses: --build-arg TORCH_INDEX=URL, the index that PyTorch's own page
# names for the CPU, spares them, and the image has 2.3 GB
ARG TORCH_INDEX=
COPY . /source
RUN pip install --no-cache-dir ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} \
    -c /source/constraints.txt "/source[files,onnx]" && rm -r /source
RUN useradd --create-home physembed
USER physembed
WORKDIR /work
ENTRYPOINT ["physembed"]
CMD ["--help"]
