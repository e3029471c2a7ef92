#version 330 core
// One quad over the density's own window of the plane, so that an old density stays where it belongs while panning.
uniform vec4 view;    // xMin, yMin, xMax, yMax of the plot, plane units
uniform vec4 extent;  // the same of the density
out vec2 place;       // 0..1 over the density

void main() {
    place = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 point = mix(extent.xy, extent.zw, place);
    gl_Position = vec4((point - view.xy) / (view.zw - view.xy) * 2.0 - 1.0, 0.0, 1.0);
}
